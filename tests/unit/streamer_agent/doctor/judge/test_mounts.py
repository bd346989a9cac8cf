"""Mounts: the mount of a path is found, and hints are promised only where they come."""

from dataclasses import replace

import pytest

from streamer_agent.doctor.finding import Finding, Verdict
from streamer_agent.doctor.judge.mounts import HintFacts, Mount, judge_hints, mount_of, parse_mounts

MOUNTINFO = """\
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw
30 27 0:40 / /var/log rw - nfs4 server:/logs rw,vers=4.2
31 27 0:41 / /mnt/with\\040space rw shared:7 master:2 - fuse.sshfs me@host: rw
32 30 0:42 / /var/log rw - tmpfs tmpfs rw
broken line
"""
DISK = Mount("/", "ext4")
FACTS = HintFacts(DISK, "/logs", directories=3, is_asked=True, heard=True)


def told(facts: HintFacts) -> Finding:
    return judge_hints(facts, scan_interval_s=1.0, poll_interval_s=0.1)


@pytest.mark.parametrize(
    ("path", "point", "kind"),
    [
        ("/etc/passwd", "/", "ext4"),
        ("/var/log/app.log", "/var/log", "tmpfs"),  # mounted over the other
        ("/var/logs/app.log", "/", "ext4"),
        ("/mnt/with space/x", "/mnt/with space", "fuse.sshfs"),
    ],
)
def test_mount_of_a_path_is_the_nearest_and_latest(path: str, point: str, kind: str) -> None:
    assert mount_of(path, parse_mounts(MOUNTINFO)) == Mount(point, kind)


def test_system_without_such_a_list_has_one_unknown_mount() -> None:
    assert mount_of("/var/log", []) == Mount("/", "unknown")


def test_hint_that_came_promises_lines_at_once() -> None:
    assert "found at once (tried with a file of our own)" in told(FACTS).seen


def test_mount_that_we_may_not_write_to_is_judged_by_its_type() -> None:
    assert "found at once (by its type" in told(replace(FACTS, heard=None)).seen


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "9p", "virtiofs", "fuse.sshfs", "fuse"])
@pytest.mark.parametrize("heard", [True, None])
def test_hints_of_a_mount_that_others_write_to_are_not_relied_on(kind: str, heard: bool | None) -> None:
    finding = told(replace(FACTS, mount=Mount("/net", kind), heard=heard))
    assert "of what this machine writes at most" in finding.seen
    assert "found by looking every 1 s" in finding.seen


def test_mount_that_stays_silent_is_looked_at() -> None:
    assert "gives no hints: lines are found by looking every 1 s" in told(replace(FACTS, heard=False)).seen


def test_watch_that_is_refused_is_a_warning_with_the_limits_to_raise() -> None:
    finding = told(replace(FACTS, heard=None, refusal="No space left on device"))
    assert finding.verdict is Verdict.WARNING
    assert "max_user_watches" in finding.advice


def test_hints_that_nobody_wants_are_no_trouble() -> None:
    finding = told(replace(FACTS, is_asked=False, heard=None))
    assert finding.verdict is Verdict.OK
    assert "HINTS is off" in finding.seen
