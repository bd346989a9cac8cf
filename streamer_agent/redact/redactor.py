"""Mask secrets in blocks of lines, and count what was masked. Pure: it neither reads lines nor sends them.

A whole block is searched at once for what could be a secret; only lines in which that is found are looked at closely.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence

import re2

from streamer_agent.block import EpochKey, LineBlock
from streamer_agent.redact.expressions import by_line, options
from streamer_agent.redact.pem import PemBlock, entered
from streamer_agent.redact.rules import BUILT_IN, PEM, Rule

MARGIN_BYTES = 4096
"""How much more of an over-long line is read than is sent, so that a secret is recognised across the cut: no built-in
rule needs as much of one to know it."""
_MEMORY_BYTES = 32 * 2**20
"""What RE2 may take for the states of one expression. It takes what the lines make it need: some hundred kilobytes."""
KEPT_BACK = "…"
"""In place of what is not shown of a line that is not whole yet."""
_BEGINNING = re2.compile(b"-----BEGIN [A-Z0-9 ]+-----", options())
_HARMLESS_END = re2.compile(rb"(?:^|\s)[0-9%.,/]{1,7}$", options())
"""A number, as those who show progress write it; no built-in rule masks so little where nothing hints at it."""
LOOK_BACK_BYTES = 64 * 1024
"""How much is read of what came before the place at which a life is entered: the longest PEM block, with prefixes."""
_KNOWN_LIVES = 20_000
"""Lives of files of which it is remembered that they were entered."""


class Redactor:
    """Masks by one set of rules. Feed it the blocks of each life of a file in order."""

    def __init__(self, rules: Sequence[Rule], max_line_bytes: int) -> None:
        """
        Args:
            rules: what to mask, in this order.
            max_line_bytes: are left of a line's text; blocks should hold `MARGIN_BYTES` more of a longer line.
        """
        self.masked: Counter[str] = Counter({rule.name: 0 for rule in rules})
        """How many secrets were masked by the rules of each name."""
        self._names = [rule.name for rule in rules]
        self._has_own = len(rules) > len(BUILT_IN)
        """Whether there are rules whose secrets may hold white space without anything that hints at them before."""
        self._marks = {name: f"[redacted:{name}]".encode() for name in self._names}
        self._max_line_bytes = max_line_bytes
        searching = options()
        searching.never_capture = True
        searching.max_mem = _MEMORY_BYTES
        self._trigger = re2.compile(by_line("|".join(f"(?:{rule.trigger})" for rule in rules)), searching)
        self._which = re2.Set.SearchSet(searching)
        for rule in rules:
            self._which.Add(by_line(rule.pattern))
        self._which.Compile()
        self._patterns = [re2.compile(by_line(rule.pattern), options()) for rule in rules]
        self._pem: dict[EpochKey, PemBlock] = {}
        """PEM blocks that go on behind the last line that was seen."""
        self._entered: OrderedDict[EpochKey, None] = OrderedDict()

    def redact(self, block: LineBlock, before: Callable[[int], bytes] = lambda _bytes: b"") -> None:
        """Mask what is secret in the lines of `block`, in place. Lengths and offset stay those of the file.

        `before` returns so many bytes of the file that end where `block` begins, or what there is of them. It is
        asked once, for a life that is entered within its file: what began before may go on here.
        """
        self._enter(block.key, block.offset, before)
        if block.is_partial:
            block.lines[:] = [self._redact_partial(block.key, line) for line in block.lines]
        else:
            self._redact_whole(block)
        if max(block.lengths) > self._max_line_bytes:
            self._cut(block)

    def _redact_whole(self, block: LineBlock) -> None:
        data = "\n".join(block.lines).encode()
        if data.count(b"\n") == len(block.lines) - 1:
            self._redact_joined(block, data)
        else:  # there are line ends within lines, so that positions do not tell their numbers
            block.lines[:] = [self._redact_line(block.key, line) for line in block.lines]

    def _enter(self, key: EpochKey, offset: int, before: Callable[[int], bytes]) -> None:
        """Note a life that is new here. If it is entered within the file, that may be within a PEM block."""
        if key not in self._entered:
            self._entered[key] = None
            self._follow(key)
            if offset > 0 and (pem := entered(before(min(offset, LOOK_BACK_BYTES)), offset)) is not None:
                self._pem[key] = pem
            if len(self._entered) > _KNOWN_LIVES:
                self._pem.pop(self._entered.popitem(last=False)[0], None)

    def _follow(self, key: EpochKey) -> None:
        """Let a block that goes on at the end of a file go on in the one that was put in its place."""
        earlier = [known for known in self._pem if known.source == key.source and known.epoch < key.epoch]
        if earlier:
            self._pem[key] = self._pem[max(earlier, key=lambda known: known.epoch)].continued()

    def _redact_joined(self, block: LineBlock, data: bytes) -> None:
        """Redact the lines of `block`; `data` is all of them, joined by line ends."""
        lines, index, position = block.lines, 0, 0
        while index < len(lines):
            if block.key not in self._pem:
                found = self._trigger.search(data, position)
                if found is None:
                    return
                index += data.count(b"\n", position, found.start())
                position = found.start()
            lines[index] = self._redact_line(block.key, lines[index])
            position = data.find(b"\n", position) + 1
            index += 1

    def _redact_line(self, key: EpochKey, line: str) -> str:
        text = line.encode()
        pem = self._pem.get(key)
        if pem is not None:
            text = self._go_on(key, pem, text)
        for rule in sorted(self._which.Match(text) or ()):  # None when there is nothing
            text = self._mask(key, text, rule)
        return text.decode()

    def _redact_partial(self, key: EpochKey, line: str) -> str:
        """Show of a line that has no end yet what cannot be part of a secret once it has one.

        A secret of the built-in rules begins in its last word, or where something hints at it. Nothing is counted,
        and no PEM block begins or goes on: the line comes again.
        """
        if self._has_own or key in self._pem:
            return KEPT_BACK
        text = line.encode()
        hint = self._trigger.search(text)
        end = len(text) if hint is None else hint.start()
        if hint is None and _HARMLESS_END.search(text) is not None:
            return line
        shown = text[: max(text.rfind(b" ", 0, end), text.rfind(b"\t", 0, end)) + 1].decode()
        return shown if shown == line else shown + KEPT_BACK

    def _go_on(self, key: EpochKey, pem: PemBlock, text: bytes) -> bytes:
        masked = pem.mask(text, self._marks[PEM])
        self.masked[PEM] += masked != text
        if not pem.is_open:
            del self._pem[key]
        return masked

    def _mask(self, key: EpochKey, text: bytes, rule: int) -> bytes:
        """`text` with everything masked that matches `rule`, counted."""
        name = self._names[rule]
        if name == PEM and _BEGINNING.search(text, max(0, text.rfind(b"-----END "))) is not None:
            self._pem[key] = PemBlock(is_certain=True)
        pieces = self._pieces(text, rule)
        self.masked[name] += len(pieces) // 2
        return b"".join(pieces)

    def _pieces(self, text: bytes, rule: int) -> list[bytes]:
        """`text` in pieces, of which every second is a mask for what matches `rule`."""
        mark = self._marks[self._names[rule]]
        pieces: list[bytes] = []
        position = 0
        for match in self._patterns[rule].finditer(text):
            groups = [match.span(group) for group in range(1, match.re.groups + 1)]
            for start, end in [span for span in groups if span[0] >= 0] or [match.span()]:
                if start < end and not self._is_mark(text[start:end]):
                    pieces += (text[position:start], mark)
                    position = end
        return [*pieces, text[position:]]

    def _is_mark(self, text: bytes) -> bool:
        """Whether an earlier rule masked this already."""
        return text.startswith(b"[redacted:") and text in self._marks.values()

    def _cut(self, block: LineBlock) -> None:
        """Cut the texts of over-long lines. Only here, because what is left of a divided secret looks like none."""
        cut = set(block.cut)
        for index, length in enumerate(block.lengths):
            if length > self._max_line_bytes:
                text = block.lines[index].encode()
                if len(text) > self._max_line_bytes:
                    block.lines[index] = text[: self._max_line_bytes].decode("utf-8", "ignore")
                    cut.add(index)
        block.cut = sorted(cut)
