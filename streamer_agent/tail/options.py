"""What the tail can be told: one frozen record with units and defaults. Reads neither environment nor command line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from streamer_agent.tail.containers import LineFormat

STDIN = "-"
"""The input that means standard input, as in the tutorial and in every Unix tool."""


_MOST_LINES = 1_000_000


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where to begin in a file that exists at the first start and of which nothing is saved."""

    where: Literal["end", "start", "checkpoint"] = "end"
    """`checkpoint` means that there has to be a saved state: without one the agent does not start."""
    lines: int = 0
    """How many lines before its end."""

    @classmethod
    def parse(cls, text: str) -> "Beginning":
        """Return what `end`, `start`, `lines:N` or `checkpoint` says.

        Raises:
            ValueError: it is none of these; the message says what is expected.
        """
        kind, _, count = text.partition(":")
        if kind == "lines" and count.isascii() and count.isdigit() and 0 < int(count) <= _MOST_LINES:
            return cls(lines=int(count))
        match text:
            case "end" | "start" | "checkpoint":
                return cls(text)
        raise ValueError(f"expected end, start, checkpoint, or lines:N with N from 1 to {_MOST_LINES:,}; got {text!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TailOptions:
    """Which inputs to tail, where to keep positions, and how hard to look."""

    inputs: tuple[str, ...]
    """Paths, globs (`*`, `?`, `[...]`, `**`), directories (searched recursively), and `-` for standard input.
    Relative ones count from the working directory. Names that begin with a dot are found only where the input spells
    the dot, as in a shell."""
    exclude: tuple[str, ...] = ()
    """Globs of what is left out although an input means it: with a slash compared with whole paths, without one with
    the name of every file and directory."""
    begin: Beginning = Beginning()
    """Where to begin in files that exist at the first start."""
    state_dir: Path
    """Where positions are kept; made with mode 0700 if missing. One agent at a time."""
    max_line_bytes: int = 64 * 1024
    """Bytes of a line that are shown; a longer one is cut and its true length told."""
    line_format: LineFormat = "plain"
    """What wraps the lines: nothing, or what a container runtime writes around them."""
    partial_after_s: float = 1.0
    """Seconds after which a line without line end is shown as far as it came."""
    scan_interval_s: float = 1.0
    """Seconds between two full looks at all inputs. Longer when a look costs more than `look_share` of that."""
    poll_interval_s: float = 0.1
    """Seconds between two looks at the files that grew lately, for mounts that give no hints."""
    hot_s: float = 10.0
    """Seconds after its last growth for which a file is polled."""
    look_share: float = 0.015
    """Share of one core's time that scanning may take before it becomes less frequent."""
    hints: bool = True
    """Whether to ask the kernel for hints (inotify). They only shorten the wait: polling is the truth."""
    save_interval_s: float = 1.0
    """Seconds between two saves of positions, at least. New identities are saved at once."""
    linger_s: float = 60.0
    """Seconds without growth after which a file that was renamed out of sight or deleted counts as ended."""
    hold_deleted_s: float = 3600.0
    """Seconds for which a deleted file is kept open while its lines cannot be sent; then the rest becomes a gap."""
    forget_after_s: float = 3600.0
    """Seconds for which an ended life is remembered, in case its file comes back."""
    max_open_files: int = 256
    """File descriptors that the tail keeps open. Files beyond it are opened when they are read."""
