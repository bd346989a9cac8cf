"""Lists the directories of files that are missed, to find them again under whatever name they have now."""

import os

from streamer_agent.tail.content import has_compressed_name
from streamer_agent.tail.fingerprint import Identity
from streamer_agent.tail.generations import looks_rotated, origins
from streamer_agent.tail.scanner import file_facts
from streamer_agent.tail.snapshot import FileFacts

_LISTINGS = 5
"""How often a directory is listed at most while it keeps changing."""


class Listing:
    """The regular, uncompressed files of one directory, to be asked for by many."""

    def __init__(self, files: list[tuple[str, FileFacts]]) -> None:
        """`files` are paths with what is there."""
        self.by_identity: dict[Identity, tuple[str, FileFacts]] = {}
        self.by_inode: dict[int, list[str]] = {}
        self.by_origin: dict[str, list[tuple[str, FileFacts]]] = {}
        """Those whose names say that they were rotated, by the paths that they may have left."""
        for path, file in files:
            self.by_identity[file.identity] = path, file
            self.by_inode.setdefault(file.inode, []).append(path)
            if looks_rotated(os.path.basename(path)):
                for origin in origins(path):
                    self.by_origin.setdefault(origin, []).append((path, file))


class Siblings:
    """Directory listings, each made once until it is dropped: many files may be missed in one directory.

    Its questions raise OSError where the directory of `path` cannot be listed.
    """

    def __init__(self) -> None:
        """Nothing is listed yet."""
        self._listed: dict[str, Listing] = {}

    def drop(self) -> None:
        """Forget all listings: time went on."""
        self._listed.clear()

    def rotated_from(self, path: str) -> list[tuple[str, FileFacts]]:
        """Return the files whose names say that they were at `path`."""
        return self._listing(path).by_origin.get(path, [])

    def with_identity(self, path: str, identity: Identity | None) -> tuple[str, FileFacts] | None:
        """Return where the file `identity` is in the directory of `path`; None if it is not there."""
        return None if identity is None else self._listing(path).by_identity.get(identity)

    def with_inode(self, path: str, inode: int) -> list[str]:
        """Return the paths in the directory of `path` that lead to the file `inode`."""
        return self._listing(path).by_inode.get(inode, [])

    def _listing(self, path: str) -> Listing:
        directory = os.path.dirname(path)
        if directory not in self._listed:
            self._listed[directory] = Listing(_stable_listing(directory))
        return self._listed[directory]


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
