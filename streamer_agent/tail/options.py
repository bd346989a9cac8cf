"""What the tail can be told: one frozen record with units and defaults. Reads neither environment nor command line."""

from dataclasses import dataclass
from pathlib import Path

STDIN = "-"
"""The input that means standard input, as in the tutorial and in every Unix tool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TailOptions:
    """Which inputs to tail, where to keep positions, and how hard to look."""

    inputs: tuple[str, ...]
    """Paths, globs (`*`, `?`, `[...]`, `**`), directories (searched recursively), and `-` for standard input.
    Relative ones count from the working directory. Names that begin with a dot are found only where the input spells
    the dot, as in a shell."""
    state_dir: Path
    """Where positions are kept; made with mode 0700 if missing. One agent at a time."""
    max_line_bytes: int = 64 * 1024
    """Bytes of a line that are shown; a longer one is cut and its true length told."""
    scan_interval_s: float = 1.0
    """Seconds between two full looks at all inputs. Longer when a look costs more than `look_share` of that."""
    poll_interval_s: float = 0.1
    """Seconds between two looks at the files that grew lately, for mounts that give no hints."""
    hot_s: float = 10.0
    """Seconds after its last growth for which a file is polled."""
    look_share: float = 0.02
    """Share of one core's time that scanning may take before it becomes less frequent."""
    hints: bool = True
    """Whether to ask the kernel for hints (inotify). They only shorten the wait: polling is the truth."""
    save_interval_s: float = 1.0
    """Seconds between two saves of positions, at least. New identities are saved at once."""
    linger_s: float = 60.0
    """Seconds without growth after which a file that was renamed out of sight or deleted counts as ended."""
    forget_after_s: float = 3600.0
    """Seconds for which an ended life is remembered, in case its file comes back."""
    max_open_files: int = 256
    """File descriptors that the tail keeps open. Files beyond it are opened when they are read."""
