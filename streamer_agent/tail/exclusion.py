"""Says which paths are left out although an input means them. Looks at names only, never at the disk."""

import fnmatch
import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from streamer_agent.tail.pattern import Pattern, has_magic


class Exclusion:
    """Globs: one with a slash is compared with whole paths, one without with the name of every file and directory."""

    def __init__(self, globs: Sequence[str]) -> None:
        """Those with a slash are absolute."""
        names = [fnmatch.translate(glob) for glob in globs if "/" not in glob]
        self._name = re.compile("|".join(names)) if names else None
        paths = [glob for glob in globs if "/" in glob]
        self._paths = {path for path in paths if not has_magic(path)}
        self._patterns = [Pattern.glob(path) for path in paths if has_magic(path)]

    def has(self, path: str) -> bool:
        """Whether the file or directory at the absolute `path` is left out by itself."""
        if self._name is not None and self._name.match(path.rpartition("/")[2]):
            return True
        return path in self._paths or any(pattern.matches(path) for pattern in self._patterns)

    def hides(self, path: str) -> bool:
        """Whether `path`, or a directory above it, is left out."""
        return self.has(path) or any(self.has(str(parent)) for parent in PurePosixPath(path).parents)
