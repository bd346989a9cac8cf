"""Where each life is found: by its key, its file, its path. Opens nothing, and decides nothing."""

from collections.abc import Iterator

from streamer_agent.block import EpochKey
from streamer_agent.tail.checkpoint import Checkpoint
from streamer_agent.tail.facts import SourceFacts
from streamer_agent.tail.fingerprint import Identity
from streamer_agent.tail.harvester import Harvester


class Register:
    """All lives that the agent knows, with the positions that are saved of them."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        """`checkpoint` is what is saved; the lives in it are still to be entered."""
        self.checkpoint = checkpoint
        self.is_dirty = False
        """Whether something durable changed since the last save."""
        self.by_key: dict[EpochKey, Harvester] = {}
        self.by_identity: dict[Identity, Harvester] = {}
        """Those whose file may still exist."""
        self.at_path: dict[str, Harvester] = {}
        """Whose file was at a path last."""
        self.vacant: dict[str, Harvester] = {}
        """Lives without a file to read yet, by path."""

    def enter(self, harvester: Harvester) -> None:
        """Let a life be found."""
        position = harvester.position
        self.by_key[position.key] = harvester
        if position.identity is not None:
            self.by_identity[position.identity] = harvester
            self.at_path[position.path] = harvester
        elif not harvester.is_over:
            self.vacant[harvester.source_path] = harvester

    def own(self, harvester: Harvester, before: Identity | None) -> None:
        """Find a life by the file that was opened for it, which may be known by another number than `before`."""
        identity = harvester.position.identity
        if identity is not None and identity != before:
            if before is not None:
                self.by_identity.pop(before, None)
            self.by_identity[identity] = harvester

    def disown(self, harvester: Harvester) -> None:
        """Note that the file of a life is gone or is no longer its own."""
        identity = harvester.position.identity
        if identity is not None and self.by_identity.get(identity) is harvester:
            del self.by_identity[identity]
        harvester.position.identity = None
        self.is_dirty = True

    def strike(self, keys: list[EpochKey]) -> None:
        """Forget lives for good; their sources keep their ids."""
        for key in keys:
            harvester = self.by_key.pop(key)
            self.disown(harvester)
            self.checkpoint.forget(key, harvester.source_path)
        if keys:
            self.at_path = {path: last for path, last in self.at_path.items() if last.position.key in self.by_key}
            self.is_dirty = True

    def note_change(self) -> None:
        """Note that something durable changed."""
        self.is_dirty = True

    def latest(self, path: str) -> Harvester | None:
        """Return the life of the source at `path` that began last, if it is still known."""
        source = self.checkpoint.sources.get(path)
        return None if source is None else self.by_key.get(EpochKey(source.id, source.epoch))

    def facts(self, since: int) -> Iterator[SourceFacts]:
        """Yield the facts that became news after revision `since`."""
        for harvester in self.by_key.values():
            if harvester.revision > since and not harvester.is_dormant:
                yield harvester.facts()
