"""Compare what a reader got with what was written: each line once, in order, or in a gap that the reader can name.

Pure: the lines and the gaps come in as arguments.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.soak.writing import LINE_BYTES
from tests.support.receiver import Gap, Line, Ranges

Epoch = tuple[str, str, int]
"""Agent, source, epoch: one life of a file as the agent sees it."""

SHOWN = 20


class Life(NamedTuple):
    """One life of a file as it was written."""

    file: int
    number: int


@dataclass
class Ledger:
    """What arrived, by lives of files. `problems` are sentences; there must be none."""

    received: int = 0
    problems: list[str] = field(default_factory=list)
    wrong: int = 0
    """How many problems there were; `problems` holds the first of them."""
    _lives: dict[Epoch, Life] = field(default_factory=dict)
    _ranges: dict[Life, Ranges] = field(default_factory=lambda: defaultdict(Ranges))

    def take(self, lines: Iterable[Line]) -> None:
        """Enter lines that a receiver accepted, which has dropped what it had by identity."""
        for line in lines:
            self._enter(line)

    def _enter(self, line: Line) -> None:
        self.received += 1
        epoch = line.agent, line.source, line.epoch
        fields = line.text.split(" ", 3)
        if len(line.text) != LINE_BYTES - 1 or len(fields) < 4 or not all(part.isdigit() for part in fields[:3]):
            self._problem(f"{epoch} at {line.offset}: not a line that was written: {line.text[:60]!r}")
            return
        life, index = Life(int(fields[0]), int(fields[1])), int(fields[2])
        if self._lives.setdefault(epoch, life) != life:
            self._problem(f"{epoch} at {line.offset}: a line of {life} in the epoch of {self._lives[epoch]}")
        if line.offset != index * LINE_BYTES:
            self._problem(f"{epoch}: line {index} of {life} came with offset {line.offset}")
        if index * LINE_BYTES in self._ranges[life]:
            self._problem(f"line {index} of {life} came twice; the second time as {epoch} at {line.offset}")
        self._ranges[life].add(index * LINE_BYTES, (index + 1) * LINE_BYTES)

    def settle(self, lives: Sequence[Sequence[int]], gaps: Iterable[Gap], sources: dict[Epoch, int]) -> "Verdict":
        """Account for every line of `lives`, the number of lines by file and life.

        Args:
            lives: what was written.
            gaps: what the receiver says that it misses.
            sources: the file of every epoch that the receiver knows, also of one without a line.
        """
        named: dict[Life, list[Gap]] = defaultdict(list)
        of_file: dict[int, list[Gap]] = defaultdict(list)  # of epochs of which no line came
        for gap in gaps:
            epoch = gap.agent, gap.source, gap.epoch
            if epoch in self._lives:
                named[self._lives[epoch]].append(gap)
            elif epoch in sources:
                of_file[sources[epoch]].append(gap)
        verdict = Verdict(received=self.received)
        for file, counts in enumerate(lives):
            for number, count in enumerate(counts):
                life = Life(file, number)
                if life not in self._ranges and count:
                    whole = next((gap for gap in of_file[file] if gap.end == count * LINE_BYTES), None)
                    if whole is not None:
                        of_file[file].remove(whole)
                        named[life].append(whole)
                self._account(life, count, named[life], verdict)
        verdict.problems, verdict.wrong = self.problems, self.wrong
        return verdict

    def _account(self, life: Life, count: int, gaps: Sequence[Gap], verdict: "Verdict") -> None:
        for start, end in missing(self._ranges.get(life) or Ranges(), count * LINE_BYTES):
            for gap in gaps:
                named = min(end, gap.end) - max(start, gap.start)
                if named > 0:
                    verdict.named[gap.reason or "sent while the reader was away"] += named // LINE_BYTES
                    start = max(start, gap.end)  # the gaps of an epoch are in order
            if start < end:
                verdict.unexplained += (end - start) // LINE_BYTES
                if len(verdict.examples) < SHOWN:
                    verdict.examples.append(f"{life}: bytes {start} to {end} of {count * LINE_BYTES} never came")

    def _problem(self, sentence: str) -> None:
        self.wrong += 1
        if len(self.problems) < SHOWN:
            self.problems.append(sentence)


def missing(ranges: Ranges, size: int) -> list[tuple[int, int]]:
    """What is not in `ranges` of the bytes from 0 to `size`."""
    edges = [0, *(edge for pair in zip(ranges.starts, ranges.ends, strict=True) for edge in pair), size]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]


@dataclass
class Verdict:
    """How a soak ended."""

    received: int
    named: Counter[str] = field(default_factory=Counter)
    """Lines that did not come and that the reader can name, by reason."""
    unexplained: int = 0
    examples: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    wrong: int = 0

    @property
    def is_good(self) -> bool:
        return not (self.unexplained or self.wrong)
