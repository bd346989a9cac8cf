"""Lists the directories of files that are missed, to find them again under whatever name they have now."""

import os

from streamer_agent.tail.content import has_compressed_name
from streamer_agent.tail.rotation import FileFacts
from streamer_agent.tail.scanner import file_facts


class Siblings:
    """Directory listings, each made once until it is dropped: many files may be missed in one directory."""

    def __init__(self) -> None:
        """Nothing is listed yet."""
        self._listed: dict[str, list[tuple[str, FileFacts]]] = {}

    def drop(self) -> None:
        """Forget all listings: time went on."""
        self._listed.clear()

    def of(self, path: str) -> list[tuple[str, FileFacts]]:
        """Return the regular, uncompressed files of the directory of `path`.

        Raises:
            OSError: it cannot be listed.
        """
        directory = os.path.dirname(path)
        if directory not in self._listed:
            self._listed[directory] = _listing(directory)
        return self._listed[directory]

    def with_inode(self, path: str, inode: int) -> list[str]:
        """Return the paths in the directory of `path` that lead to the file `inode`. Raises as `of` does."""
        return [sibling for sibling, file in self.of(path) if file.inode == inode]


def _listing(directory: str) -> list[tuple[str, FileFacts]]:
    with os.scandir(directory) as entries:
        return [
            (entry.path, file_facts(entry.stat(follow_symlinks=False)))
            for entry in entries
            if not has_compressed_name(entry.name) and entry.is_file(follow_symlinks=False)
        ]
