"""Runs all probes side by side, within bounds of time, and collects what their facts mean. Prints nothing."""

import asyncio
import os
import platform
from collections.abc import Iterable

from streamer_agent.doctor.finding import Finding, warning, wrong
from streamer_agent.doctor.in_thread import in_thread
from streamer_agent.doctor.judge import choices, clocks, files, limits, mounts, service, state
from streamer_agent.doctor.judge.mounts import Mount
from streamer_agent.doctor.probe import files as file_probe
from streamer_agent.doctor.probe import hints as hint_probe
from streamer_agent.doctor.probe import machine, rehearsal
from streamer_agent.doctor.probe import service as service_probe
from streamer_agent.doctor.probe import state as state_probe
from streamer_agent.doctor.probe.state import Saved
from streamer_agent.settings import StreamerSettings
from streamer_agent.tail.errors import TailError
from streamer_agent.tail.facts import SourceFacts
from streamer_agent.tail.options import STDIN
from streamer_agent.tail.scanner import Scanner
from streamer_agent.tail.snapshot import Snapshot

FILES_TIMEOUT_S = 30.0
"""For everything that touches a file system: a mount whose server is gone holds every call for ever."""


def who() -> str:
    """The user and the machine that the answers are for: another user may read other files."""
    user = machine.current_user()
    return f"user {user.name} (uid {user.uid}) on {platform.node()}"


async def examine(settings: StreamerSettings) -> list[Finding]:
    """Answer everything about the set-up first, then about each input in turn."""
    service_facts, about_files = await asyncio.gather(service_probe.look(settings), _files(settings))
    return [
        choices.judge(settings),
        service.judge_negotiate(service_facts.negotiate),
        service.judge_publish(service_facts.publish),
        clocks.judge(service_facts.clocks),
        *about_files,
    ]


async def _files(settings: StreamerSettings) -> list[Finding]:
    """Examine files on an event loop of its own, so that a call which never returns holds nothing else up."""
    try:
        return await in_thread(lambda: asyncio.run(_examine_files(settings)), FILES_TIMEOUT_S)
    except TimeoutError:
        seen = f"looking at the state directory and at the inputs took more than {FILES_TIMEOUT_S:.0f} s"
        advice = "A network mount may not answer, or there are very many files; ask for one input at a time"
        return [wrong("files", seen, advice)]


async def _examine_files(settings: StreamerSettings) -> list[Finding]:
    mounted = machine.mounts()
    saved = state_probe.read_saved(settings)
    findings = [state.judge(state_probe.look(settings, saved, mounted))]
    plans = await _plans(settings, saved, findings)
    snapshots = _snapshots(settings)
    directories = _directories(snapshots.values())
    paths = {at for snapshot in snapshots.values() for at in snapshot.files}
    findings.append(limits.judge(machine.limits(len(paths), len(directories), settings.max_open_files)))
    findings += await _hints(settings, _homes(snapshots.values()), mounted)
    for text in settings.log_paths:
        findings += (
            files.judge(file_probe.look(text, snapshots[text], plans, settings.line_format))
            if text != STDIN
            else [files.STDIN_IS_READ]
        )
    return findings


def _snapshots(settings: StreamerSettings) -> dict[str, Snapshot]:
    """What each input means by itself."""
    state_dir = settings.state_directory if os.path.isdir(settings.state_directory) else None
    exclude = settings.exclude
    return {text: Scanner([text], exclude, state_dir).scan() for text in settings.log_paths if text != STDIN}


def _directories(snapshots: Iterable[Snapshot]) -> set[str]:
    return {at for snapshot in snapshots for at in snapshot.directories if os.path.isdir(at)}


def _homes(snapshots: Iterable[Snapshot]) -> set[str]:
    """The directories that files are in or are expected in. Those above them are watched too, but are not ours."""
    homes = {os.path.dirname(at) for snapshot in snapshots for at in snapshot.files}
    for snapshot in snapshots:
        homes |= {at if os.path.isdir(at) else os.path.dirname(at) for at in snapshot.barred}
    return homes


async def _plans(settings: StreamerSettings, saved: Saved, findings: list[Finding]) -> file_probe.Plans:
    facts: list[SourceFacts] = []
    if not saved.refusal:
        try:
            facts = await rehearsal.rehearse(settings, saved)
        except TailError as error:
            findings.append(wrong("state", str(error)))
        except OSError as error:
            findings.append(warning("state", f"no room to try where a start would go on: {error}"))
    return file_probe.Plans(facts, saved)


async def _hints(settings: StreamerSettings, directories: set[str], mounted: list[Mount]) -> list[Finding]:
    scanner = Scanner([path for path in settings.log_paths if path != STDIN], settings.exclude)
    looks = await hint_probe.look(directories, scanner, mounted, settings.hints)
    return [mounts.judge_hints(facts, settings.scan_interval, settings.poll_interval) for facts in looks]
