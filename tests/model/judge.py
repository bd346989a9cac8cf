"""Judges what a reader got against what was written: each line once and in order, or in a gap that was told.

Pure: the truth, the lines and the gaps come in as arguments.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.model.files import Life, Written
from tests.support.receiver import Gap, Line

Epoch = tuple[str, str, int]
"""Agent, source, epoch: one life of a file as the agent sees it."""


@dataclass(frozen=True)
class Got:
    """What a reader has after a run."""

    lines: Sequence[Line]
    """In order of arrival, without repeats."""
    gaps: Sequence[Gap] = ()
    told: Sequence[Gap] = ()
    """What it was told of as lost. Where that lies before the first line that it got, it makes no gap of it."""
    unknown: Sequence[tuple[str, str, int, int, str]] = ()
    """Places behind which nobody knows what is missing, as `Receiver.unknown` names them."""
    returns: Sequence[int] = ()
    """How many lines it had whenever it came back after an absence."""


@dataclass
class _Course:
    """How far the lines of one epoch came."""

    end: int = 0
    index: int = -1
    """Of the latest line."""
    missed: list[tuple[int, int]] = field(default_factory=list)
    """Bytes passed over while the reader was away. An agent that is killed then sends them again, behind others."""

    def takes(self, index: int, offset: int, end: int, returns: Sequence[int]) -> bool:
        """Note line number `index`; return whether it may come here."""
        was_away = any(self.index < at <= index for at in returns)
        self.index = index
        if offset < self.end:
            return any(start <= offset < stop for start, stop in self.missed)
        if was_away and offset > self.end:
            self.missed.append((self.end, offset))
        self.end = end
        return True


@dataclass
class Verdict:
    """How a run ended; it is good if there are no problems."""

    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """What time may still mend."""
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def problems(self) -> list[str]:
        """All of them, as sentences."""
        return self.wrong + self.missing


def judge(
    lives: Iterable[Life],
    got: Got,
    *,
    keeps_order: bool = True,
    keeps_lives: bool = True,
    reader_was_away: bool = False,
) -> Verdict:
    """Account for every line of `lives`.

    Args:
        lives: what was written.
        got: what the reader has.
        keeps_order: whether lines must also have arrived in order. A message that the service refuses is sent again
            behind others, and belongs where its offset says.
        keeps_lives: whether also the lives of a file must have come one after the other. While files are renamed, a
            listing of their directory may miss one, which is then found later.
        reader_was_away: whether a gap without a reason is one that the reader itself made.
    """
    verdict = Verdict()
    lives = list(lives)
    keeps_lives &= keeps_order and not reader_was_away  # what was missed may be sent again behind what was not
    places = _match(lives, got, verdict, keeps_order, keeps_lives)
    epochs: dict[int, list[Epoch]] = {}
    for epoch, life in places.items():
        epochs.setdefault(id(life), []).append(epoch)
    for life in lives:
        if len(of_life := epochs.get(id(life), [])) > 1:
            verdict.wrong.append(f"{life.name} came as {len(of_life)} lives: {of_life}")
        _account(life, of_life, got, verdict, reader_was_away=reader_was_away)
    _check_gaps(lives, places, got, verdict, reader_was_away=reader_was_away)
    return verdict


def _match(
    lives: Sequence[Life], got: Got, verdict: Verdict, keeps_order: bool, keeps_lives: bool
) -> dict[Epoch, Life]:
    """Find each line among those written; return the life that each epoch is of."""
    written = {line.text: (life, line) for life in lives for line in life.lines}
    places: dict[Epoch, Life] = {}
    came: set[str] = set()
    courses: dict[Epoch, _Course] = {}
    latest: dict[tuple[str, str], Life] = {}
    for index, line in enumerate(got.lines):
        epoch = line.agent, line.source, line.epoch
        life, truth = written.get(line.text) or _last_words(lives, line) or (None, None)
        if life is None or truth is None:
            verdict.wrong.append(f"{epoch} at {line.offset}: nobody wrote {line.text[:60]!r}")
            continue
        verdict.counts["received"] += 1
        if line.text in came:
            verdict.wrong.append(f"{line.text[:20]!r} came twice; the second time as {epoch} at {line.offset}")
        came.add(line.text)
        if line.offset != truth.offset:
            verdict.wrong.append(f"{line.text[:20]!r} of {truth.offset} came as {epoch} at {line.offset}")
        if (known := places.setdefault(epoch, life)) is not life:
            verdict.wrong.append(f"{line.text[:20]!r} of {life.name} came in {epoch}, which is {known.name}")
        # Files that are at several paths when they are first seen are several sources, each with an order of its own.
        before = latest.get(epoch[:2], life)
        course = courses.setdefault(epoch, _Course())
        is_in_order = course.takes(index, truth.offset, truth.offset + truth.length, got.returns)
        if keeps_order and not is_in_order:
            verdict.wrong.append(f"{line.text[:20]!r} of {truth.offset} came behind {course.end} of {life.name}")
        if keeps_lives and before.number > life.number and not (life.is_destroyed or life.has_late_lines):
            verdict.wrong.append(f"{line.text[:20]!r} came behind {before.name}")
        latest[epoch[:2]] = life
    return places


def _last_words(lives: Sequence[Life], line: Line) -> tuple[Life, Written] | None:
    """A life whose bytes were taken away within a line may end with what had been read of that."""
    text = line.text.rstrip("\N{REPLACEMENT CHARACTER}")  # a character may have been cut too
    for life in lives:
        if life.is_destroyed:
            unfinished = Written(life.size, len(life.unfinished.encode()), life.unfinished)
            for written in (*life.lines, unfinished):
                if written.offset == line.offset and written.text.startswith(text):
                    return life, written
    return None


def _account(life: Life, epochs: Sequence[Epoch], got: Got, verdict: Verdict, *, reader_was_away: bool) -> None:
    """Find a told reason for each line of `life` that did not come."""
    came = {line.text for line in got.lines}
    began = {line.offset for line in got.lines if (line.agent, line.source, line.epoch) in epochs}
    gaps = [gap for gap in got.gaps if gap[:3] in epochs]
    told = [gap for gap in got.told if gap[:3] in epochs]
    first = _first(life, came)
    places = [place[3] for place in got.unknown if place[:3] in epochs]
    for line in life.lines:
        if line.text in came:
            continue
        end = line.offset + line.length
        start = end - 1 if line.offset in began else line.offset  # of its last words, the rest is in the gap
        known_end = min([end, *places]) if life.is_destroyed else end  # behind it was told as perhaps lost
        if life.is_destroyed and not epochs:
            verdict.counts["destroyed before anybody read of them"] += 1
        elif life.is_destroyed and known_end <= start:
            verdict.counts["behind a told gap of unknown size"] += 1
        elif life.is_destroyed and _cover([gap for gap in gaps if gap.reason], start, known_end):
            verdict.counts["in told gaps"] += 1
        elif life.is_destroyed and line.offset < first and _cover(told, start, known_end):
            verdict.counts["in told gaps before the first line that came"] += 1
        elif reader_was_away and (_cover(gaps, start, known_end) or not epochs or line.offset < first):
            verdict.counts["sent while the reader was away"] += 1
        else:
            verdict.missing.append(f"{life.name}: {line.text[:20]!r} at {line.offset} never came; told {gaps} {places}")


def _cover(gaps: Iterable[Gap], start: int, end: int) -> bool:
    """Whether gaps account together for all bytes from `start` to `end`."""
    for gap in sorted(gaps, key=lambda gap: gap.start):
        if gap.start <= start:
            start = max(start, gap.end)
    return start >= end


def _first(life: Life, came: set[str]) -> int:
    """Where the reader came in: messages before may have been lost with the agent that sent them."""
    return min((line.offset for line in life.lines if line.text in came), default=0)


def _check_gaps(
    lives: Sequence[Life], places: dict[Epoch, Life], got: Got, verdict: Verdict, *, reader_was_away: bool
) -> None:
    """A gap that is told must be one: of bytes that were there and are not any more."""
    for gap in got.gaps:
        life = places.get((gap.agent, gap.source, gap.epoch))
        if gap.reason is None and not reader_was_away:
            verdict.missing.append(f"a gap without a reason: {gap}")
        if life is not None and gap.reason is not None and not life.is_destroyed:
            verdict.wrong.append(f"told as lost, but {life.name} was never destroyed: {gap}")
        if life is not None and gap.end > life.size + len(life.unfinished.encode()):
            verdict.wrong.append(f"{life.name} has {life.size} bytes, but a gap was told: {gap}")
    read = {id(life) for life in places.values()}
    unread = {life.file for life in lives if life.is_destroyed and id(life) not in read}
    for agent, source, number, place, reason in got.unknown:
        life = places.get((agent, source, number))
        if life is None or life.is_destroyed:
            continue
        if life.file in unread:  # the file was seen when another life was in it, and read when that was gone
            verdict.counts["places told as perhaps lost, behind a life that nobody read"] += 1
        else:
            verdict.wrong.append(f"told as perhaps lost ({reason}) at {place}, but {life.name} was never destroyed")
