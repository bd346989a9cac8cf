"""Looks at what each input means: can it be read, is it text, where would a start go on. Judges nothing."""

import difflib
import errno
import grp
import os
import pwd
import stat
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from streamer_agent.block import EpochKey
from streamer_agent.doctor.judge.files import FileLook, InputLook, Wrapping
from streamer_agent.doctor.judge.rights import Refusal, Step, explain
from streamer_agent.doctor.probe.machine import current_user
from streamer_agent.doctor.probe.state import Saved
from streamer_agent.tail.containers import LineFormat, parse_docker, parser
from streamer_agent.tail.content import reason_to_skip, utf16_codec
from streamer_agent.tail.facts import SourceFacts, label
from streamer_agent.tail.fingerprint import HEAD_BYTES
from streamer_agent.tail.pattern import has_magic
from streamer_agent.tail.snapshot import Barred, Snapshot

_DENIED = (errno.EACCES, errno.EPERM)
_SIMILAR = 2
"""How many names are offered for one that is not there."""


class Plans:
    """Where a start would go on, by path."""

    def __init__(self, facts: Iterable[SourceFacts], saved: Saved) -> None:
        """`facts` are those of a rehearsal with `saved`."""
        self._lives: dict[str, list[SourceFacts]] = {}
        for life in facts:
            self._lives.setdefault(life.path, []).append(life)
        positions = saved.checkpoint.positions if saved.checkpoint else {}
        self._saved: set[EpochKey] = {key for key, position in positions.items() if position.identity is not None}
        self._sources = {key.source for key in self._saved}

    def look(self, path: str, size: int, *, is_named: bool) -> FileLook:
        """What a start would do with the text at `path`, which is fit for people."""
        lives = sorted(self._lives.get(path, ()), key=lambda life: life.key.epoch)
        if not lives:
            return FileLook(path, is_named, size)
        *earlier, latest = lives
        return FileLook(
            path,
            is_named,
            size,
            resume=latest,
            is_saved=latest.key in self._saved,
            is_known_path=latest.key.source in self._sources,
            leftover_bytes=sum(life.lag for life in earlier),
        )


def look(text: str, snapshot: Snapshot, plans: Plans, line_format: LineFormat) -> InputLook:
    """Look at all that the input `text` means; `snapshot` is of this input alone, `line_format` the setting."""
    path = os.path.abspath(text)
    is_plural = os.path.isdir(path) or (has_magic(path) and not os.path.lexists(path))
    barred = dict(snapshot.barred)
    nothing = barred.pop(path).detail if is_plural and _is_waiting(barred.get(path)) else ""
    looks = [_look_at_file(at, plans, line_format, is_named=at == path) for at in snapshot.files]
    looks += [_look_at_barred(at, why, is_named=at == path and not is_plural) for at, why in barred.items()]
    return InputLook(label(text), is_plural, sorted(looks, key=lambda one: one.path), nothing)


def _is_waiting(barred: Barred | None) -> bool:
    return barred is not None and barred.state == "waiting"


def _look_at_file(path: str, plans: Plans, line_format: LineFormat, *, is_named: bool) -> FileLook:
    name = label(path)
    try:
        size, first = _beginning(path)
    except FileNotFoundError:
        return FileLook(name, is_named, missing="was there and is gone again")
    except OSError as error:
        return FileLook(name, is_named, refusal=_refusal(path, error))
    if reason := reason_to_skip(first):
        return FileLook(name, is_named, size, reason_to_skip=reason)
    found = plans.look(name, size, is_named=is_named)
    return replace(found, is_utf16=bool(utf16_codec(first)), wrapping=_wrapping(first), line_format=line_format)


def _wrapping(first: bytes) -> Wrapping:
    parse = parser("auto", first)
    return "" if parse is None else "docker" if parse is parse_docker else "cri"


def _beginning(path: str) -> tuple[int, bytes]:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        return os.fstat(descriptor).st_size, os.pread(descriptor, HEAD_BYTES, 0)
    finally:
        os.close(descriptor)


def _look_at_barred(path: str, barred: Barred, *, is_named: bool) -> FileLook:
    name = label(path)
    if barred.state == "skipped":
        return FileLook(name, is_named, reason_to_skip=barred.detail)
    if barred.state == "waiting":
        return FileLook(name, is_named, missing=_missing(path, barred.detail), similar=_similar(path))
    try:
        if stat.S_ISDIR(os.stat(path).st_mode):
            os.scandir(path).close()
    except OSError as error:
        return FileLook(name, is_named, refusal=_refusal(path, error))
    return FileLook(name, is_named, refusal=Refusal(barred.detail, ""))  # another reason, or it passed meanwhile


def _refusal(path: str, error: OSError) -> Refusal:
    if error.errno not in _DENIED:
        return Refusal(f"cannot be read: {error.strerror or error}", "")
    return explain(_way(path), current_user(), is_listed=os.path.isdir(path))


def _way(path: str) -> list[Step]:
    """All that lies on the way to `path`, from the root, as far as it can be looked at."""
    real = Path(os.path.realpath(path))
    steps = []
    for at in (*reversed(real.parents), real):
        try:
            facts = at.stat()
        except OSError:
            break
        owner, group = _names(facts)
        is_directory = stat.S_ISDIR(facts.st_mode)
        steps.append(Step(str(at), facts.st_mode, facts.st_uid, facts.st_gid, owner, group, is_directory))
    return steps


def _names(facts: os.stat_result) -> tuple[str, str]:
    try:
        owner = pwd.getpwuid(facts.st_uid).pw_name
    except KeyError:
        owner = str(facts.st_uid)
    try:
        return owner, grp.getgrgid(facts.st_gid).gr_name
    except KeyError:
        return owner, str(facts.st_gid)


def _missing(path: str, detail: str) -> str:
    parent = os.path.dirname(path)
    if os.path.islink(path) or os.path.isdir(parent):
        return detail
    nearest = next(str(above) for above in Path(parent).parents if os.path.isdir(above))
    return f"nothing is there yet, and no directory {label(parent)} either (there is {label(nearest)})"


def _similar(path: str) -> tuple[str, ...]:
    directory, name = os.path.split(path)
    try:
        names = [entry for entry in os.listdir(directory) if not entry.startswith(".")]
    except OSError:
        return ()
    return tuple(label(near) for near in difflib.get_close_matches(name, names, _SIMILAR, 0.75))
