import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from common import logs

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJzdHJlYW0ifQ.c2lnbmF0dXJl"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"ws://h/client/hubs/a?access_token={JWT}&x=1", "ws://h/client/hubs/a?access_token=***&x=1"),
        ("ws://h/?ACCESS_TOKEN=opaque", "ws://h/?ACCESS_TOKEN=***"),
        ("?awps_reconnection_token=opaque&awps_connection_id=c", "?awps_reconnection_token=***&awps_connection_id=c"),
        ("Endpoint=http://h;AccessKey=a+b/c==;Version=1.0;", "Endpoint=http://h;AccessKey=***;Version=1.0;"),
        ("Authorization: Bearer hush", "Authorization: Bearer ***"),
        ("{'authorization': 'bearer hush'}", "{'authorization': 'bearer ***'}"),
        (f"a token, {JWT}, alone", "a token, ***, alone"),
        ('{"access_token": "hush"}', '{"access_token": "***"}'),
        (r'{"body": "{\"reconnectionToken\":\"hush\"}"}', r'{"body": "{\"reconnectionToken\":\"***\"}"}'),
        ("https://user:hush@example.com/negotiate", "https://***@example.com/negotiate"),
    ],
)
def test_secret_is_masked(text: str, masked: str) -> None:
    assert logs.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "http://localhost:8080/client/hubs/stream",
        "connection string without AccessKey: expected Endpoint=…",
        "the bearer of the news",
        "mail@example.com says 12:30",
    ],
)
def test_text_without_secret_is_kept(text: str) -> None:
    assert logs.mask(text).replace("bearer ***", "bearer of") == text


@pytest.mark.parametrize("begun", ["eyJ", "eyJab.", "eyJab.c.", "eyJ_access_token=x ", r"\n"])
def test_what_only_begins_like_a_token_does_not_hide_the_token_behind_it(begun: str) -> None:
    assert JWT.rpartition(".")[2] not in logs.mask(begun + JWT)


def test_a_long_text_that_repeats_how_tokens_begin_stays_and_is_done_with() -> None:
    text = "eyJ" * 200_000
    assert logs.mask(text) == text


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_long_field_is_cut_with_its_size_told_and_no_part_of_a_secret(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("info", form)  # type: ignore[arg-type]
    begun = "x" * (logs.MAX_FIELD_CHARACTERS - 30)
    structlog.get_logger().info("refused", hub=f"{begun} {JWT} {'y' * 60_000}")
    logging.getLogger("library").warning("got %s", "z" * 60_000)
    printed = capsys.readouterr().err
    assert "… (61,9" in printed.encode().decode("unicode_escape" if form == "json" else "utf-8")
    assert "… (60,004 characters)" in printed.encode().decode("unicode_escape" if form == "json" else "utf-8")
    assert len(printed) < 3 * logs.MAX_FIELD_CHARACTERS
    assert "eyJ" not in printed


def test_json_form_is_one_object_per_event(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "json")
    structlog.get_logger().info("file_found", path="a\nb")
    event = json.loads(capsys.readouterr().err)
    assert (event["event"], event["level"], event["path"]) == ("file_found", "info", "a\nb")


def test_libraries_log_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "json")
    logging.getLogger("library").warning("got %s", "AccessKey=hush;")
    event = json.loads(capsys.readouterr().err)
    assert (event["event"], event["logger"]) == ("got AccessKey=***;", "library")


@pytest.mark.parametrize("form", ["console", "json"])
def test_secret_in_a_traceback_is_masked(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", form)  # type: ignore[arg-type]
    try:
        raise ValueError(f"token {JWT}")
    except ValueError:
        structlog.get_logger().exception("failed")
    printed = capsys.readouterr().err
    assert "ValueError: token ***" in printed
    assert JWT not in printed


def test_console_form_keeps_an_event_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "console")
    structlog.get_logger().info("file_found", path="a\nb\x1b[31m")
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert "\x1b" not in printed


def test_level_is_the_least_logged(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("warning", "json")
    structlog.get_logger().info("quiet")
    logging.getLogger("library").info("quiet")
    structlog.get_logger().warning("loud")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["loud"]


@pytest.mark.parametrize("name", ["websockets.client", "azure.core", "aiohttp.access", "asyncio"])
def test_chatty_library_stays_quiet_even_at_debug(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug", "json")
    logging.getLogger(name).info("> GET /client/hubs/stream?access_token=hush")
    assert capsys.readouterr().err == ""


def test_configuring_twice_logs_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "json")
    logs.configure("info", "json")
    structlog.get_logger().info("once")
    assert capsys.readouterr().err.count("once") == 1
