"""T49 through real processes: no secret that stands in a file arrives, however it was written and read."""

import base64
import json
import os
import secrets

from tests.nasty.cases import case
from tests.support.reader import Reader
from tests.support.system import System

BODY = [base64.b64encode(secrets.token_bytes(48)).decode() for _ in range(20)]


@case("T49")
async def test_a_secret_is_masked_wherever_reads_batches_and_cuts_divide_it(
    system: System, reader: Reader, hints: bool
) -> None:
    key = secrets.token_urlsafe(32)
    inside = json.dumps({"message": json.dumps({"url": f"wss://h/client?access_token={key}&x=1", "password": key})})
    encoded = base64.b64encode(f"Endpoint=http://h;AccessKey={key};Version=1.0;".encode()).decode()
    lines = [f"{i:06d} {text}" for i in range(400) for text in (f"AccessKey={key};", inside, encoded)]
    await system.agent(
        system.log_directory, "--hints" if hints else "--no-hints", "--batch-bytes", "1024", "--max-line-bytes", "256"
    )
    with (system.log_directory / "app.log").open("ab", buffering=0) as file:
        # Pieces of a length that is prime to everything, so that each secret is divided somewhere.
        data = "".join(line + "\n" for line in lines).encode()
        for start in range(0, len(data), 4099):
            file.write(data[start : start + 4099])
            os.sched_yield()
    texts = await reader.lines(len(lines))
    assert not [text for text in texts if any(key[at : at + 8] in text for at in range(0, 32, 8))]
    assert not [text for text in texts if base64.b64encode(key[3:24].encode()).decode()[4:20] in text]


@case("T49")
async def test_a_private_key_over_batches_and_a_kill_is_masked(system: System, reader: Reader, hints: bool) -> None:
    option = "--hints" if hints else "--no-hints"
    agent = await system.agent(system.log_directory, option)
    file = system.log_file()
    file.append(["before", "-----BEGIN PRIVATE KEY-----", *BODY[:10]])
    await reader.lines(12)
    agent.kill()
    await system.agent(system.log_directory, option)
    file.append([*BODY[10:], "-----END PRIVATE KEY-----", "after"])
    texts = await reader.lines(24)
    assert texts == [
        "before",
        "-----BEGIN PRIVATE KEY-----",
        *["[redacted:pem]"] * 20,
        "-----END PRIVATE KEY-----",
        "after",
    ]


@case("T49")
async def test_an_expression_that_other_engines_cannot_bear_and_one_that_re2_refuses(
    system: System, reader: Reader
) -> None:
    await system.agent(system.log_directory, "--redact", "(a+)+$")
    system.log_file().append(["a" * 50_000 + "!", "b" + "a" * 50])
    assert await reader.lines(2) == ["a" * 50_000 + "!", "b[redacted:own-1]"]
    refused = system.launch_agent(system.log_directory, "--redact", "(?=x)", name="other")
    assert await refused.ended() == 2
    assert "REDACT: expression in line 1: invalid perl operator: (?=" in refused.output
    refused.was_killed = True  # its end was asked for
