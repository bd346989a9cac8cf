"""Lists the directories of files that are missed, to find them again under whatever name they have now."""

import os

from streamer_agent.tail.content import has_compressed_name
from streamer_agent.tail.fingerprint import Identity
from streamer_agent.tail.scanner import file_facts
from streamer_agent.tail.snapshot import FileFacts

_LISTINGS = 5
"""How often a directory is listed at most while it keeps changing."""


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
            self._listed[directory] = _stable_listing(directory)
        return self._listed[directory]

    def with_inode(self, path: str, inode: int) -> list[str]:
        """Return the paths in the directory of `path` that lead to the file `inode`. Raises as `of` does."""
        return [sibling for sibling, file in self.of(path) if file.inode == inode]


def _stable_listing(directory: str) -> list[tuple[str, FileFacts]]:
    """List until nothing is new: a listing that is made while files are renamed may leave some of them out."""
    found: dict[Identity, tuple[str, FileFacts]] = {}
    for _ in range(_LISTINGS):
        listing, is_whole = _listing(directory)
        is_stable = is_whole and found.keys() == listing.keys()
        found |= listing
        if is_stable:
            break
    return list(found.values())


def _listing(directory: str) -> tuple[dict[Identity, tuple[str, FileFacts]], bool]:
    """Return what is there, and whether nothing of it was gone again before it could be looked at."""
    listing, is_whole = {}, True
    with os.scandir(directory) as entries:
        for entry in entries:
            if has_compressed_name(entry.name) or not entry.is_file(follow_symlinks=False):
                continue
            try:
                file = file_facts(entry.stat(follow_symlinks=False))
            except FileNotFoundError:
                is_whole = False
            else:
                listing[file.identity] = (entry.path, file)
    return listing, is_whole
