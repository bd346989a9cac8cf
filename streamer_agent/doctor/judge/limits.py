"""Says how many files there are beside what the machine allows. Asks the machine nothing."""

from dataclasses import dataclass

from streamer_agent.doctor.finding import Finding, ok, warning


@dataclass(frozen=True, slots=True)
class LimitFacts:
    """Counts and limits."""

    files: int
    """Those that the inputs mean now."""
    directories: int
    """Those that exist and are watched for hints."""
    max_open_files: int
    """The setting."""
    descriptors: int | None
    """The soft limit of open descriptors (ulimit -n); None for unlimited."""
    watches: int | None
    """fs.inotify.max_user_watches; None where there is no inotify."""
    instances: int | None
    """fs.inotify.max_user_instances."""


def judge(facts: LimitFacts) -> Finding:
    """Say which limit matters."""
    # As the tail does: half of the descriptors are left to sockets and the rest.
    most = facts.max_open_files if facts.descriptors is None else min(facts.max_open_files, facts.descriptors // 2)
    known = {
        "files": facts.files,
        "directories": facts.directories,
        "open_at_once": most,
        "max_open_files": facts.max_open_files,
        "descriptors": facts.descriptors,
        "watches": facts.watches,
        "instances": facts.instances,
    }
    descriptors = "unlimited" if facts.descriptors is None else f"{facts.descriptors:,}"
    seen = f"{_count(facts.files, 'file')}, at most {most:,} open at once (MAX_OPEN_FILES, ulimit -n is {descriptors})"
    if facts.files > most:
        seen += "; they take turns"
    if facts.watches is not None:
        seen += f"; {_count(facts.directories, 'directory', 'directories')} to watch of {facts.watches:,} allowed"
    if facts.files > most and most < facts.max_open_files:
        return warning(
            "limits", seen, "Raise the limit of descriptors (`ulimit -n`, LimitNOFILE= in systemd)", facts=known
        )
    if facts.watches is not None and facts.directories > facts.watches:
        return warning(
            "limits", seen, "Raise fs.inotify.max_user_watches, or lines there come with a look", facts=known
        )
    return ok("limits", seen, facts=known)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
