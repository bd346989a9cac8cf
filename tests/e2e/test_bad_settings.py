"""Settings that cannot work: the service says which and why, and ends with exit code 2."""

import pytest

from tests.support.system import System

MALFORMED = [
    ("WEBPUBSUB_CONNECTION_STRING", "nonsense", "Endpoint"),
    ("WEBPUBSUB_CONNECTION_STRING", "Endpoint=https://a.example.com;Version=1.0;", "AccessKey"),
    ("WEBPUBSUB_CONNECTION_STRING", "AccessKey=abcdefgh;Version=1.0;", "Endpoint"),
    ("EMULATOR_CONNECTION_STRING", "Endpoint=ftp://localhost;AccessKey=abcdefgh;", "http"),
]


@pytest.mark.parametrize(("variable", "value", "lacks"), MALFORMED)
async def test_malformed_connection_string_is_refused_by_name(
    idle_system: System, variable: str, value: str, lacks: str
) -> None:
    negotiate = idle_system.processes.start_module("negotiate", "negotiate_service", env={variable: value})
    assert await negotiate.ended() == 2
    assert f"{variable}: " in negotiate.stderr
    assert lacks in negotiate.stderr
    assert "abcdefgh" not in negotiate.stderr
    assert "Traceback" not in negotiate.stderr


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"NEGOTIATE_URL": "localhost:8080"}, "NEGOTIATE_URL: expected an http:// or https:// URL"),
        ({"STATUS_INTERVAL": "often"}, "STATUS_INTERVAL: "),
        ({"LOG_PATHS": ""}, "nothing to tail"),
        ({"PUBLISHER_KEY": "two words"}, "PUBLISHER_KEY: expected printable ASCII"),
    ],
)
async def test_agent_with_wrong_settings_says_which(idle_system: System, env: dict[str, str], said: str) -> None:
    agent = idle_system.processes.start_module("agent", "streamer_agent", env={"LOG_PATHS": "/tmp"} | env)
    assert await agent.ended() == 2
    assert said in agent.stderr
    assert "Traceback" not in agent.stderr


async def test_emulator_with_the_public_key_refuses_to_listen_to_the_network(idle_system: System) -> None:
    emulator = idle_system.processes.start_module("emulator", "emulator", "--host", "0.0.0.0", env={})
    assert await emulator.ended() == 2
    assert "EMULATOR_ACCESS_KEY" in emulator.stderr
    assert "Traceback" not in emulator.stderr
