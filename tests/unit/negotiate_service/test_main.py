"""The service as a process: how it starts, listens, refuses to start and ends."""

import re
import socket

import aiohttp

from tests.support.processes import Processes
from tests.unit.negotiate_service.conftest import BEARER, KEY, start, url_of

SECRET = "SecretThatNobodyMaySeeAnywhere0123456789"


async def test_it_says_where_it_listens_and_ends_on_sigterm(processes: Processes) -> None:
    process = start(processes)
    async with aiohttp.ClientSession() as http, http.get(await url_of(process)) as response:
        assert response.status == 200
    assert await process.stop() == 0
    assert "Traceback" not in process.output


async def test_no_token_no_key_and_no_query_is_logged(processes: Processes) -> None:
    process = start(processes, LOG_LEVEL="debug", EMULATOR_CONNECTION_STRING=f"Endpoint=http://e;AccessKey={SECRET}")
    url = await url_of(process)
    async with aiohttp.ClientSession() as http:
        await http.get(url, params={"role": "publisher", "q": SECRET}, headers=BEARER)
        await http.get(url, params={"role": SECRET})
        await http.get(url, params={"role": "publisher"}, headers={"Authorization": f"Bearer {SECRET}"})
    await process.said("negotiate_refused", times=2)
    assert "url_issued" in process.output
    assert SECRET not in process.output
    assert KEY not in process.output
    assert "eyJ" not in process.output


async def test_tutorial_mode_is_said_aloud(processes: Processes) -> None:
    said = await start(processes, NEGOTIATE_TUTORIAL="1").said('"listening"')
    assert "ANYONE who reaches /negotiate may PUBLISH" in said


async def test_a_malformed_connection_string_is_one_clear_line(processes: Processes) -> None:
    process = start(processes, WEBPUBSUB_CONNECTION_STRING=SECRET)
    assert await process.ended() == 2
    assert process.output == (
        "negotiate_service: WEBPUBSUB_CONNECTION_STRING: part 1 of the connection string has no '='; expected "
        "Endpoint=https://NAME.webpubsub.azure.com;AccessKey=KEY;Version=1.0;\n"
    )


async def test_a_key_file_that_cannot_be_made_is_one_clear_line(processes: Processes) -> None:
    process = start(processes, PUBLISHER_KEY="", PUBLISHER_KEY_FILE="/proc/none/key")
    assert await process.ended() == 2
    assert re.fullmatch(r"negotiate_service: PUBLISHER_KEY_FILE: /proc/none/key can neither .*\n", process.output)


async def test_a_port_in_use_is_one_clear_line(processes: Processes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start(processes, "--negotiate-port", str(port))
        assert await process.ended() == 1
    assert f"cannot listen on 127.0.0.1:{port}" in process.stderr
    assert "Traceback" not in process.output
