"""Settings of hubs that are read while the emulator runs."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

import emulator
from emulator.errors import ConfigurationError
from emulator.upstream import live_settings
from emulator.upstream.live_settings import LiveSettings
from tests.support.eventually import eventually


def write(path: Path, **hubs: Any) -> Path:
    path.write_text(json.dumps({"WebPubSub": {"Hubs": hubs}}))
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "hubs.json", Chat={"AnonymousConnectPolicy": "allow"})


def test_hubs_are_found_in_any_case_and_others_have_the_defaults(file: Path) -> None:
    settings = LiveSettings(file)
    assert settings.hub("CHAT").allows_anonymous
    assert not settings.hub("other").allows_anonymous
    assert len(settings.all()) == 1


def test_what_is_nearer_to_the_process_counts(file: Path) -> None:
    own = '{"chat": {"AnonymousConnectPolicy": "deny", "WebSocketKeepAliveIntervalInSeconds": 5}}'
    variables = {"WebPubSub__Hubs__chat__WebSocketKeepAliveIntervalInSeconds": "7"}
    hub = LiveSettings(file, own, variables).hub("chat")
    assert (hub.allows_anonymous, hub.keep_alive_s) == (False, 7)


def test_mistakes_of_all_sources_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        LiveSettings(tmp_path / "none", "{", {"WebPubSub__X": "1", "WebPubSub__Hubs__chat__y": "2"})
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    assert lines[0].endswith("none: No such file or directory")
    assert lines[1].startswith("EMULATOR_HUBS: not valid JSON")


@pytest.mark.parametrize("content", [b"\xff", b"{"])
def test_a_file_that_is_no_json_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hubs.json"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"EMULATOR_HUBS_FILE .*hubs\.json: not "):
        LiveSettings(path)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "hubs.json"
    path.write_bytes(b"\xef\xbb\xbf" + b'{"WebPubSub": {}}')
    assert LiveSettings(path).all() == {}.values() or not LiveSettings(path).all()


def test_a_reload_takes_the_new_settings_and_says_so(file: Path) -> None:
    settings, calls = LiveSettings(file), []
    settings.on_reload = lambda: calls.append(settings.hub("chat"))
    write(file, chat={}, more={})
    with capture_logs() as logs:
        settings.reload()
    assert not settings.hub("chat").allows_anonymous
    assert calls == [settings.hub("chat")]
    assert (logs[0]["event"], logs[0]["hubs"]) == ("hub_settings_read", ["chat", "more"])


def test_a_reload_with_mistakes_changes_nothing_and_names_them(file: Path) -> None:
    settings = LiveSettings(file)
    settings.on_reload = lambda: pytest.fail("nothing was read")
    write(file, chat={"AnonymousConnectPolicy": "x", "y": 1})
    with capture_logs() as logs:
        settings.reload()
    assert settings.hub("chat").allows_anonymous
    assert (logs[0]["event"], len(logs[0]["problems"])) == ("hub_settings_refused", 2)


@pytest.mark.parametrize("replaces", [False, True])
async def test_a_change_of_the_file_is_noticed(file: Path, monkeypatch: Any, replaces: bool) -> None:
    monkeypatch.setattr(live_settings, "LOOK_INTERVAL_S", 0.01)
    settings = LiveSettings(file)
    watching = asyncio.create_task(settings.watch())
    if replaces:
        os.replace(write(file.with_name("new"), chat={}), file)
    else:
        write(file, chat={})
    await eventually(lambda: not settings.hub("chat").allows_anonymous)
    watching.cancel()


async def test_a_file_that_vanished_is_noticed_once_and_read_when_it_is_back(file: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(live_settings, "LOOK_INTERVAL_S", 0.01)
    settings = LiveSettings(file)
    watching = asyncio.create_task(settings.watch())
    with capture_logs() as logs:
        file.unlink()
        await eventually(lambda: logs)
        assert settings.hub("chat").allows_anonymous
        write(file)
        await eventually(lambda: not settings.all())
    assert [log["event"] for log in logs] == ["hub_settings_refused", "hub_settings_read"]
    watching.cancel()


async def test_without_a_file_there_is_nothing_to_watch() -> None:
    await asyncio.wait_for(LiveSettings().watch(), 5)


def test_the_example_in_the_readme_is_right(tmp_path: Path) -> None:
    readme = (Path(emulator.__file__).parent / "README.md").read_text("utf-8")
    path = tmp_path / "hubs.json"
    path.write_text(readme.partition("```json\n")[2].partition("```")[0])
    hub = LiveSettings(path).hub("chat")
    assert hub.handler_for("anything", is_system=False) is hub.handler_for("connect", is_system=True) is not None
    assert (hub.allows_anonymous, hub.keep_alive_s) == (False, 10)
