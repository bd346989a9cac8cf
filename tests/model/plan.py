"""What happens in a run, decided by its seed alone. Makes nothing happen."""

from dataclasses import dataclass, field
from random import Random

WRITES = {"write": 12, "write much": 3, "begin a line": 3, "write late": 2}
ROTATIONS = {"rename": 5, "rename several times": 2, "copytruncate": 3, "copytruncate and regrow": 2}
DESTRUCTIONS = {"truncate": 3, "truncate and regrow": 2, "delete": 2, "delete rotated": 2}
WAITS = {"pause": 8, "arrive": 5}
AGENT = {
    "kill": 4,
    "kill and write": 4,
    "lose requests and kill": 2,
    "stop": 2,
    "stop and write": 2,
    "freeze": 1,
    "kill in a save": 2,
    "fail a save": 1,
}
FAULTS = {
    "drop": 4,
    "reset": 1,
    "lose acks": 1,
    "lose acks and drop": 2,
    "lose acks and end": 2,
    "delay acks": 1,
    "fail requests": 1,
    "lose requests": 1,
    "end": 2,
    "close": 1,
    "stall": 1,
    "refuse recovery and drop": 2,
    "refuse and end": 1,
    "throttle and end": 1,
    "expire tokens and end": 1,
    "restart the service": 1,
}
BY_NAME, DIRECTORY, LIVE_FILES, ALL_FILES = "each by name", "", "app-*.log", "app-*"
"""What the agent is told to tail, in the directory of the logs: globs, save the first."""
DISORDER = {"fail requests", "lose requests"}
"""After these a message is sent again behind others."""

MANY_RENAMES = {"rename several times", "kill and write", "stop and write", "kill in a save"}
"""In these, files are renamed at any moment of a look at their directory."""


@dataclass(frozen=True)
class Plan:
    """One run. Files and texts come from `seed` too."""

    seed: int
    files: int
    input: str
    """What the agent is told to tail."""
    options: tuple[str, ...]
    """Of the agent."""
    actions: tuple[str, ...]
    is_gentle: bool = field(default=True)
    """Whether no bytes are ever destroyed: then nothing may be missing, and nothing may be told as missing."""

    @property
    def keeps_order(self) -> bool:
        """Whether lines also have to arrive in order."""
        return not DISORDER & set(self.actions)

    @property
    def keeps_lives(self) -> bool:
        """Whether the lives of a file have to arrive one after the other."""
        return not MANY_RENAMES & set(self.actions)


def plan(seed: int) -> Plan:
    """The run of a seed."""
    random = Random(seed)
    is_gentle = random.random() < 0.5
    kinds = WRITES | WAITS | ROTATIONS
    if not is_gentle:
        kinds |= DESTRUCTIONS
    for more in (AGENT, FAULTS):
        if random.random() < 0.75:
            kinds |= more
    options = [
        "--no-hints" if random.random() < 0.5 else "--hints",
        f"--max-open-files={random.choice((8, 256))}",
        f"--batch-bytes={random.choice((1024, 4096, 32768))}",
        f"--window-messages={random.choice((32, 900))}",
        f"--compression={random.choice(('off', 'off', 'deflate'))}",
    ]
    return Plan(
        seed=seed,
        files=random.choice((1, 1, 2, 4)),
        input=random.choice((BY_NAME, DIRECTORY, LIVE_FILES, ALL_FILES)),
        options=tuple(options),
        actions=tuple(random.choices(list(kinds), list(kinds.values()), k=random.randrange(5, 40))),
        is_gentle=is_gentle,
    )
