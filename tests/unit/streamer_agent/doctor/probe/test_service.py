"""The way to the service is tried with one message that no page shows; each fault is told by name, in bounded time."""

import base64
import json
from time import time

import pytest
from aiohttp import web

from common.settings import load
from streamer_agent.doctor.probe import service as probe
from streamer_agent.doctor.probe.service import ServiceFacts, look
from streamer_agent.errors import HttpRefusalError, PublishRefusedError, StrangeAnswerError, UnreachableError
from streamer_agent.settings import StreamerSettings
from tests.unit.streamer_agent.scripted_service import ScriptedService, failure, silence, status


async def tried(service: ScriptedService, *options: str) -> ServiceFacts:
    own = ["--negotiate-url", service.negotiate_url, "--publisher-key", "KEY", *options, "x.log"]
    facts = await look(load(StreamerSettings, own, "test"))
    assert "SECRET" not in repr(facts)
    return facts


async def test_one_message_of_a_kind_that_receivers_ignore_is_acknowledged(service: ScriptedService) -> None:
    facts = await tried(service)
    assert facts.publish is not None
    assert facts.publish.error is None
    assert facts.publish.group == "stream"
    (content,) = service.contents
    assert (content["tailcast"], content["kind"], content["agent"]) == (1, "check", "0" * 16)


async def test_text_format_sends_an_empty_text(service: ScriptedService) -> None:
    await tried(service, "--format", "text")
    ((_, frame),) = service.frames
    assert (frame["dataType"], frame["data"]) == ("text", "")


async def test_group_is_never_joined(service: ScriptedService) -> None:
    await tried(service)
    assert {frame["type"] for _, frame in service.frames} == {"sendToGroup"}


async def test_forbidden_message_is_told(service: ScriptedService) -> None:
    service.replies = failure("Forbidden")
    facts = await tried(service)
    assert facts.publish is not None
    assert isinstance(facts.publish.error, PublishRefusedError)
    assert facts.publish.error.name == "Forbidden"


async def test_refused_token_is_told(service: ScriptedService) -> None:
    service.upgrade_answers.append(status(401))
    facts = await tried(service)
    assert facts.publish is not None
    assert isinstance(facts.publish.error, HttpRefusalError)
    assert facts.publish.error.by_service


@pytest.mark.parametrize("fault", ["no welcome", "no ack"])
async def test_silence_is_waited_for_within_bounds(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(probe, "TIMEOUT_S", 0.3)
    service.welcomes = fault != "no welcome"
    service.replies = silence
    facts = await tried(service)
    assert facts.publish is not None
    assert isinstance(facts.publish.error, UnreachableError)
    assert "did not acknowledge" in facts.publish.error.seen


async def test_wrong_key_is_told_and_nothing_is_published(service: ScriptedService) -> None:
    service.negotiate_answers.append(status(401))
    facts = await tried(service)
    assert isinstance(facts.negotiate.error, HttpRefusalError)
    assert facts.publish is None
    assert service.frames == []


async def test_web_page_in_place_of_an_answer_is_told(service: ScriptedService) -> None:
    service.negotiate_answers.append(
        lambda _request: web.Response(text="<html>Sign in</html>", content_type="text/html")
    )
    facts = await tried(service)
    assert isinstance(facts.negotiate.error, StrangeAnswerError)
    assert "text/html" in facts.negotiate.error.seen


async def test_name_that_does_not_resolve_is_told() -> None:
    settings = load(StreamerSettings, ["--negotiate-url", "http://host.invalid/negotiate", "x.log"], "test")
    facts = await look(settings)
    assert facts.negotiate.error is not None
    assert "its name" in facts.negotiate.error.seen


async def test_clock_of_negotiate_is_read_from_its_date_and_token(service: ScriptedService) -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": 7}).encode()).decode().rstrip("=")
    url = f"ws://127.0.0.1:{service.port}/client/hubs/stream?access_token=e30.{claims}.c2ln"
    early = {"Date": "Thu, 01 Jan 1970 00:10:00 GMT"}
    service.negotiate_answers.append(lambda _request: web.json_response({"url": url, "group": "g"}, headers=early))
    clocks = (await tried(service)).clocks
    assert clocks.negotiate_ahead_s == pytest.approx(600 - time(), abs=60)
    assert clocks.service_ahead_s == pytest.approx(0, abs=60)
    assert clocks.token is not None
    assert clocks.token.expires_at == 7


async def test_address_that_is_none_is_told(service: ScriptedService) -> None:
    service.negotiate_answers.append(
        lambda _request: web.json_response({"url": "ws://127.0.0.1:none/?access_token=SECRET", "group": "g"})
    )
    facts = await tried(service)
    assert isinstance(facts.negotiate.error, StrangeAnswerError)
