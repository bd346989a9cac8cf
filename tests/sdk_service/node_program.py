"""Run the program in `node/`, which makes calls of @azure/web-pubsub and prints what came of them."""

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.conformance.target import Target
from tests.sdk.node import node
from tests.support.eventually import TIMEOUT_S

PROGRAM = Path(__file__).parent / "node" / "calls.js"


async def calls(target: Target, *calls: list[Any], endpoint: str | None = None, **options: Any) -> list[Any]:
    """Make `calls` of a client with `options`; return the value of each, or {"error": …}.

    Methods without a result resolve to undefined or to an empty object; both are None here.
    """
    outcomes = await _run(
        {
            "connectionString": target.connection_string_at(endpoint or target.endpoint),
            "hub": target.hub,
            "options": options,
            "calls": calls,
        }
    )
    return [
        outcome if "error" in outcome else None if outcome["value"] == {} else outcome["value"] for outcome in outcomes
    ]


async def methods(target: Target) -> list[str]:
    """The names of all methods of the SDK's clients."""
    return await _run({"connectionString": target.connection_string, "hub": target.hub})


async def _run(wanted: dict[str, Any]) -> list[Any]:
    process = await asyncio.create_subprocess_exec(
        *node(PROGRAM),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(4 * TIMEOUT_S):
            out, errors = await process.communicate(json.dumps(wanted).encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, errors.decode()
    outcomes: list[Any] = json.loads(out)
    return outcomes
