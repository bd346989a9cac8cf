"""negotiation: a URL and a group, or words that help."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web

from streamer_agent.errors import HttpRefusalError, StrangeAnswerError, StreamerError, UnreachableError
from streamer_agent.publish.negotiation import Access, Negotiator, ahead, is_loopback, reason, retry_after
from tests.nasty.cases import case
from tests.unit.streamer_agent.scripted_service import ScriptedService, status


async def refusal(
    service: ScriptedService, answer: Callable[..., web.StreamResponse], key: str | None = "KEY"
) -> StreamerError:
    service.negotiate_answers.append(answer)
    with pytest.raises(StreamerError) as caught:
        await Negotiator(service.negotiate_url + "?code=SECRET", key).access()
    assert service.negotiate_url in str(caught.value)
    assert "SECRET" not in str(caught.value)
    assert "KEY" not in str(caught.value).replace("PUBLISHER_KEY", "")
    return caught.value


async def test_a_publisher_asks_with_its_key_and_keeps_the_query(service: ScriptedService) -> None:
    access = await Negotiator(service.negotiate_url + "?code=a%2Fb", "KEY").access()
    assert access.group == "stream"
    assert access.url.startswith("ws://127.0.0.1")
    (request,) = service.negotiations
    assert dict(request.query) == {"code": "a/b", "role": "publisher"}
    assert request.headers["Authorization"] == "Bearer KEY"


async def test_without_a_key_none_is_sent(service: ScriptedService) -> None:
    await Negotiator(service.negotiate_url, None).access()
    assert "Authorization" not in service.negotiations[0].headers


def test_a_url_is_in_no_repr() -> None:
    assert "SECRET" not in repr(Access("ws://host/?access_token=SECRET", "stream"))


@pytest.mark.parametrize("code", [401, 403])
async def test_a_wrong_key_is_named(service: ScriptedService, code: int) -> None:
    error = await refusal(service, status(code))
    assert isinstance(error, HttpRefusalError)
    assert (error.status, error.by_service) == (code, False)
    assert "must hold the same key" in error.advice


async def test_a_missing_key_is_named(service: ScriptedService) -> None:
    error = await refusal(service, status(401), key=None)
    assert "set PUBLISHER_KEY" in error.advice


async def test_a_foreign_host_name_is_explained(service: ScriptedService) -> None:
    error = await refusal(service, status(421))
    assert "Add 127.0.0.1 to ALLOWED_HOSTS" in error.advice


async def test_what_the_service_says_is_passed_on(service: ScriptedService) -> None:
    error = await refusal(service, status(503, text='{"error":"x","message":"The emulator is not reachable."}'))
    assert "answered 503: The emulator is not reachable." in error.seen


@case("W7")
async def test_retry_after_is_passed_on(service: ScriptedService) -> None:
    error = await refusal(service, status(429, {"Retry-After": "7"}))
    assert isinstance(error, HttpRefusalError)
    assert error.retry_after_s == 7.0


async def test_a_redirect_is_not_followed_with_the_key(service: ScriptedService) -> None:
    error = await refusal(service, status(302, {"Location": "https://login.example/?token=SECRET"}))
    assert "redirects to https://login.example/" in error.advice
    assert len(service.negotiations) == 1


@case("W7")
@pytest.mark.parametrize("text", ["<html>Welcome to our Wi-Fi</html>", "", "[]", '"x"', "{" * 200_000])
async def test_a_page_in_place_of_an_answer_is_recognised(service: ScriptedService, text: str) -> None:
    error = await refusal(service, lambda _: web.Response(text=text, content_type="text/html"))
    assert isinstance(error, StrangeAnswerError)
    assert "answered 200 with text/html" in error.seen


@pytest.mark.parametrize(
    "text", ["{}", '{"url":null}', '{"url":"http://x"}', '{"url":""}', '{"url":"ws://x:y/"}', '{"url":"ws://[x"}']
)
async def test_json_without_a_url_is_recognised(service: ScriptedService, text: str) -> None:
    error = await refusal(service, lambda _: web.Response(text=text, content_type="application/json"))
    assert isinstance(error, StrangeAnswerError)
    assert "`url`" in error.seen


async def test_json_without_a_group_is_recognised(service: ScriptedService) -> None:
    error = await refusal(service, lambda _: web.json_response({"url": "ws://x/?access_token=SECRET"}))
    assert isinstance(error, StrangeAnswerError)
    assert "`group`" in error.seen


async def test_an_endless_answer_is_not_read_to_its_end(service: ScriptedService) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)

    assert isinstance(await refusal(service, endless), StrangeAnswerError)  # type: ignore[arg-type]


@pytest.fixture
async def unlistened_port() -> AsyncIterator[int]:
    with socket.socket() as bound:  # bound and not listening: nobody else gets it, and it refuses
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_nobody_there_is_said(unlistened_port: int, host: str) -> None:
    with pytest.raises(UnreachableError) as caught:
        await Negotiator(f"http://{host}:{unlistened_port}/negotiate?code=SECRET", "KEY").access()
    assert caught.value.seen == f"Cannot reach http://{host}:{unlistened_port}/negotiate: connection refused"


@case("W7")
async def test_an_unknown_name_is_said() -> None:
    with pytest.raises(UnreachableError) as caught:
        await Negotiator("http://nowhere.invalid/negotiate", "KEY").access()
    assert caught.value.seen == "Cannot reach http://nowhere.invalid/negotiate: its name cannot be resolved"


async def test_something_that_does_not_speak_http_is_said() -> None:
    async def babble(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(UnreachableError) as caught:
            await Negotiator(f"http://127.0.0.1:{port}/negotiate", "KEY").access()
    assert "Cannot reach" in caught.value.seen


async def test_silence_is_given_up(service: ScriptedService) -> None:
    async def silent(_request: web.Request) -> web.StreamResponse:
        await service.resume.wait()
        return web.Response()

    service.negotiate_answers.append(silent)
    with pytest.raises(UnreachableError, match="no answer within"):
        await Negotiator(service.negotiate_url, "KEY", timeout_s=0.05).access()


async def test_a_netrc_entry_does_not_get_in_the_way(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password other\n")
    monkeypatch.setenv("NETRC", str(netrc))
    await Negotiator(service.negotiate_url, "KEY").access()
    assert service.negotiations[0].headers["Authorization"] == "Bearer KEY"


async def test_a_proxy_of_the_environment_is_used_but_not_for_this_machine(
    service: ScriptedService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    await Negotiator(service.negotiate_url, "KEY").access()
    with pytest.raises(UnreachableError, match="connection refused"):
        await Negotiator("http://elsewhere.invalid/negotiate", "KEY").access()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("", None),
        ("120", 120.0),
        (" 0 ", 0.0),
        ("soon", None),
        ("-1", None),
        ("Thu, 01 Jan 1970 00:02:00 GMT", 20.0),
        ("Mon, 01 Jan 99999999999 00:00:00 GMT", None),
    ],
)
def test_both_forms_of_retry_after_are_read(value: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": value} if value else {}, now=100.0) == seconds


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.2", True),
        ("::1", True),
        ("a.localhost", True),
        ("example.com", False),
        ("", False),
    ],
)
def test_loopback_is_recognised(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_an_untrusted_certificate_is_named() -> None:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    assert reason(error, 1.0) == "its certificate is not trusted (self-signed certificate)"


async def test_http_where_tls_was_asked_for_is_said(service: ScriptedService) -> None:
    with pytest.raises(UnreachableError, match="perhaps it is http://, not https://"):
        await Negotiator(service.negotiate_url.replace("http", "https", 1), None).access()


async def test_clock_of_the_other_end_is_read_from_its_date(service: ScriptedService) -> None:
    negotiator = Negotiator(service.negotiate_url, "KEY")
    assert negotiator.ahead_s is None
    await negotiator.access()
    assert negotiator.ahead_s == pytest.approx(0, abs=60)


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Thu, 01 Jan 1970 00:01:00 GMT", 10.5),
        ("yesterday", None),
        ("", None),
        ("Mon, 01 Jan 99999999999 00:00:00 GMT", None),
    ],
)
def test_date_is_compared_with_ours(date: str, seconds: float | None) -> None:
    assert ahead({"Date": date}, now=50.0) == seconds
