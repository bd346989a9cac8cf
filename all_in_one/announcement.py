"""The lines that tell a person, once, what runs and where to look.

Pure; prints nothing, and has no key to print.
"""

import shlex
from pathlib import Path


def announcement(
    port: int, tailed: str, azure: str | None, key_file: Path | None, *, is_demo: bool, tutorial: bool
) -> str:
    """The text for a terminal.

    Args:
        tailed: what the agent tails.
        azure: the endpoint of Azure Web PubSub in Azure mode, else None.
        key_file: where the publisher's key is, or None if it was given as PUBLISHER_KEY.
        is_demo: `tailed` is the demo log.
        tutorial: whoever reaches /negotiate may publish.
    """
    origin = f"http://localhost:{port}"
    key = (
        f"PUBLISHER_KEY_FILE={shlex.quote(str(key_file.absolute()))}"
        if key_file
        else "PUBLISHER_KEY=(the one given here)"
    )
    rows = {
        "page": origin,
        "lines from": f"{tailed} (a demo log; your own: make run LOGS=/var/log)" if is_demo else tailed,
        "service": f"AZURE WEB PUBSUB at {azure}; the emulator is not started" if azure else "the emulator, in here",
        "a further agent": f"NEGOTIATE_URL={origin}/negotiate {key} .venv/bin/python -m streamer_agent PATH...",
        "to end it": "Ctrl-C",
    }
    if tutorial:
        rows["publishing"] = "ANYONE who reaches this port may publish (NEGOTIATE_TUTORIAL)"
    return "\n".join(["", *(f"  {name:<16} {text}" for name, text in rows.items()), ""])
