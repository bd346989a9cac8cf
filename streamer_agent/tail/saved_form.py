"""The saved form of all positions, with version and checksum. Reads and writes no file.

One line of magic, version and checksum, then JSON. The magic keeps foreign files out, the version a state that a later
release wrote, the checksum one that a crash or a disk has damaged.
"""

import hashlib
from collections.abc import Callable, Generator, Sequence
from typing import Any, TypeVar

import orjson

from streamer_agent.block import EpochKey
from streamer_agent.tail.checkpoint import Checkpoint, Position, Source, Suspect
from streamer_agent.tail.errors import CorruptStateError, StateError
from streamer_agent.tail.facts import Gap
from streamer_agent.tail.fingerprint import NO_MARK, Head, Identity, Mark
from streamer_agent.tail.snapshot import FileFacts

T = TypeVar("T")

VERSION = 1
_MAGIC = b"tailcast-positions"
_STEP = 64
"""Sources or positions encoded in one step: about 0.2 ms."""


def encode(checkpoint: Checkpoint) -> Generator[None, None, list[bytes]]:
    """Return the parts of the saved form without its first line, made in steps of less than a millisecond.

    What is begun between two steps is left out; a position that moves is saved as it is when its turn comes. What is
    waited for comes first: a file that is begun meanwhile is waited for then.
    """
    # A life that is begun meanwhile finds no place in either list, so that none lacks its source.
    sources, positions = list(checkpoint.sources.values()), list(checkpoint.positions.values())
    head = orjson.dumps(
        {
            "agent": checkpoint.agent,
            "inputs": [_portable(name) for name in checkpoint.inputs],
            "listed": [[_portable(path), changed_ns] for path, changed_ns in checkpoint.listed.items()],
            "suspects": [
                [*identity, _portable(suspect.path), _portable(suspect.origin), suspect.size, suspect.epoch]
                for identity, suspect in checkpoint.suspects.items()
            ],
            "read_copies": [list(file) for file in checkpoint.read_copies],
        }
    )
    parts = [head[:-1], b',"sources":[']
    yield from _encode_list(sources, _dumped_source, parts)
    parts.append(b'],"positions":[')
    yield from _encode_list(positions, _dumped, parts)
    parts.append(b"]}")
    return parts


def _encode_list(items: Sequence[T], dumped: Callable[[T], object], parts: list[bytes]) -> Generator[None, None, None]:
    for first in range(0, len(items), _STEP):
        yield
        step = orjson.dumps([dumped(item) for item in items[first : first + _STEP]])
        parts += [b"," if first else b"", step[1:-1]]


def sealed(parts: Sequence[bytes]) -> bytes:
    """Return the saved form whose parts `encode` made."""
    body = b"".join(parts)
    return b"%s %d %s\n%s" % (_MAGIC, VERSION, _checksum(body), body)


def decoded(saved: bytes) -> Checkpoint:
    """Return what `sealed` made.

    Raises:
        CorruptStateError: the checksum does not match, or the content is not a state.
        StateError: a later version wrote it.
    """
    line, _, body = saved.partition(b"\n")
    words = line.split(b" ")
    if len(words) != 3 or words[0] != _MAGIC or not words[1].isdigit():
        raise CorruptStateError(f"expected a line that begins with {_MAGIC.decode()}, found {line[:40]!r}")
    version = int(words[1])
    if version > VERSION:
        raise StateError(
            f"written by a later version of the agent (format {version}, this one knows {VERSION});"
            " run that version, or choose another state directory"
        )
    if version < 1 or words[2] != _checksum(body):
        raise CorruptStateError(f"the checksum of its {len(body)} bytes does not match: it is cut or damaged")
    try:
        return _loaded(orjson.loads(body))
    except (KeyError, TypeError, ValueError) as error:
        raise CorruptStateError(f"the checksum matches but the content is not a state: {error!r}") from error


def _loaded(content: dict[str, Any]) -> Checkpoint:
    checkpoint = Checkpoint.restored(
        content["agent"],
        tuple(_restored(name) for name in content["inputs"]),
        [Source(source_id, _restored(path), epoch) for source_id, path, epoch in content["sources"]],
        [_undumped(fields) for fields in content["positions"]],
    )
    # Earlier releases kept none of these.
    checkpoint.listed = {_restored(path): changed_ns for path, changed_ns in content.get("listed", [])}
    checkpoint.suspects = {
        Identity(device, inode): Suspect(_restored(path), _restored(origin), size, 0.0, *epoch)
        for device, inode, path, origin, size, *epoch in content.get("suspects", [])
    }
    checkpoint.read_copies = {FileFacts(*file): None for file in content.get("read_copies", [])}
    return checkpoint


def _dumped_source(source: Source) -> list[object]:
    return [source.id, _portable(source.path), source.epoch]


def _checksum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).hexdigest().encode()


def _portable(path: str) -> str | dict[str, str]:
    """Return a form of `path` that JSON can hold: bytes that are not UTF-8 are surrogates in it."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return {"hex": path.encode("utf-8", "surrogateescape").hex()}
    return path


def _restored(portable: str | dict[str, str]) -> str:
    if isinstance(portable, str):
        return portable
    return bytes.fromhex(portable["hex"]).decode("utf-8", "surrogateescape")


def _dumped(position: Position) -> dict[str, Any]:
    identity = position.identity
    return {
        "source": position.key.source,
        "epoch": position.key.epoch,
        "path": _portable(position.path),
        "identity": None if identity is None else list(identity),
        "head": [position.head.length, position.head.digest],
        "start": position.start,
        "end": position.end,
        "mark": [position.mark.offset, position.mark.digest],
        "size": position.size,
        "mtime_ns": position.mtime_ns,
        "is_unaligned": position.is_unaligned,
        "lines_back": position.lines_back,
        "is_over": position.is_over,
        "state": position.state,
        "detail": position.detail,
        "gaps": [list(gap) for gap in position.gaps],
        "drops": [list(drop) for drop in position.drops],
    }


def _undumped(fields: dict[str, Any]) -> Position:
    identity = fields["identity"]
    return Position(
        key=EpochKey(fields["source"], fields["epoch"]),
        path=_restored(fields["path"]),
        identity=None if identity is None else Identity(*identity),
        head=Head(*fields["head"]),
        start=fields["start"],
        end=fields["end"],
        # Earlier releases kept neither.
        mark=Mark(*fields["mark"]) if "mark" in fields else NO_MARK,
        lines_back=fields.get("lines_back", 0),
        size=fields["size"],
        mtime_ns=fields["mtime_ns"],
        is_unaligned=fields["is_unaligned"],
        is_over=fields["is_over"],
        state=fields["state"],
        detail=fields["detail"],
        gaps=[Gap(*gap) for gap in fields["gaps"]],
        drops=[Gap(*drop) for drop in fields["drops"]],
    )
