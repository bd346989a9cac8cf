"""Says which paths an input means: a glob, or a directory's whole content. Looks at names only, never at the disk."""

import fnmatch
import re
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import PurePosixPath

_MAGIC = re.compile(r"[*?\[]")
_ANY_DEPTH = "**"

States = frozenset[int]
"""How far into a pattern a directory may be: indexes of the parts that its entries are compared with."""


def has_magic(path: str) -> bool:
    """Whether `path` holds characters that are special in a glob."""
    return _MAGIC.search(path) is not None


Match = Callable[[str], object]
"""Says of a name whether it matches, by a true or false value."""


class Pattern:
    """A glob split at its slashes: a literal `base` directory and one part for each level below it.

    `*`, `?` and `[...]` stay within a level, `**` crosses any number. A leading dot must be spelled.
    """

    def __init__(self, base: str, parts: Sequence[str]) -> None:
        """`base` is an absolute directory, taken literally; `parts` are the globs of the levels below it."""
        self.base = base
        """The directory below which to look."""
        self._parts = [None if part == _ANY_DEPTH else _matcher(part) for part in parts]
        """One predicate for each level; None for any number of levels."""

    @classmethod
    def glob(cls, path: str) -> "Pattern":
        """Return the pattern of an absolute path with special characters. A `**` at its end means every file below."""
        levels = PurePosixPath(path).parts
        literal = next(index for index, level in enumerate(levels) if has_magic(level))
        parts = levels[literal:]
        return cls(str(PurePosixPath(*levels[:literal])), (*parts, "*") if parts[-1] == _ANY_DEPTH else parts)

    @classmethod
    def below(cls, directory: str) -> "Pattern":
        """Return the pattern of every file in `directory`, at any depth."""
        return cls(directory, (_ANY_DEPTH, "*"))

    @cached_property
    def start(self) -> States:
        """The states of `base`."""
        return self._closed({0})

    def below_here(self, states: States, name: str) -> States:
        """Return the states of the directory `name` below one in `states`; empty if nothing in it can match."""
        after: set[int] = set()
        for index in states:
            part = self._parts[index]
            if part is None:
                if not name.startswith("."):
                    after.add(index)
            elif index + 1 < len(self._parts) and part(name):
                after.add(index + 1)
        return self._closed(after)

    def files(self, states: States) -> Match:
        """Return what says of a name whether a file of that name, in a directory in `states`, matches."""
        last = len(self._parts) - 1
        return (self._parts[last] or _none) if last in states else _none

    def matches(self, path: str) -> bool:
        """Whether the pattern means the file at `path`."""
        base = self.base.rstrip("/") + "/"
        if not path.startswith(base):
            return False
        *directories, name = path[len(base) :].split("/")
        states = self.start
        for directory in directories:
            states = self.below_here(states, directory)
        return bool(self.files(states)(name))

    def _closed(self, states: set[int]) -> States:
        """Add what `**` allows by matching no level at all."""
        closed = set(states)
        for index in sorted(states):
            while self._parts[index] is None:
                index += 1
                closed.add(index)
        return frozenset(closed)


def _none(_name: str) -> bool:
    return False


def _matcher(part: str) -> Match:
    match = re.compile(fnmatch.translate(part)).match
    if part.startswith("."):
        return match
    if part == "*":
        return lambda name: not name.startswith(".")
    return lambda name: not name.startswith(".") and match(name)
