import asyncio

import pytest
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)

from negotiate_service import endpoint
from negotiate_service.endpoint import Endpoint, explain
from negotiate_service.errors import RequestError, ServiceRefusedError, ServiceUnreachableError
from tests.unit.negotiate_service.conftest import AZURE, AZURE_KEY, claims, settings

WHERE = "https://tailcast.webpubsub.azure.com"


def answered(status: int) -> AzureError:
    error = (ClientAuthenticationError if status == 401 else HttpResponseError)("SDK text with access_token=s3cret")
    error.status_code = status
    return error


@pytest.mark.parametrize(
    ("error", "kind", "advice"),
    [
        (answered(401), ServiceRefusedError, '"Web PubSub Service Owner"'),
        (answered(403), ServiceRefusedError, "30 minutes"),
        (answered(404), ServiceRefusedError, "check WEBPUBSUB_ENDPOINT"),
        (answered(400), ServiceRefusedError, "HTTP 400"),
        (answered(429), ServiceUnreachableError, "throttling"),
        (answered(503), ServiceUnreachableError, "did not answer (HTTP 503)"),
        (ClientAuthenticationError("no credential s3cret"), ServiceUnreachableError, "az login"),
        (ServiceRequestError("name s3cret"), ServiceUnreachableError, "did not answer. Check WEBPUBSUB_ENDPOINT"),
        (ServiceResponseError("cut s3cret"), ServiceUnreachableError, "did not answer"),
        (TimeoutError(), ServiceUnreachableError, "did not answer"),
    ],
)
def test_what_went_wrong_is_said_with_what_to_do(
    error: AzureError | TimeoutError, kind: type[RequestError], advice: str
) -> None:
    explained = explain(error, WHERE)
    assert type(explained) is kind
    assert advice in str(explained)
    assert "s3cret" not in str(explained)


def test_a_refusal_is_502_and_what_may_pass_is_503() -> None:
    assert (explain(answered(403), WHERE).status, explain(TimeoutError(), WHERE).status) == (502, 503)


def test_throttling_says_when_to_come_back() -> None:
    assert explain(answered(429), WHERE).headers == {"Retry-After": "30"}


async def test_with_a_key_a_token_is_made_without_any_call() -> None:
    minting = Endpoint(settings(webpubsub_connection_string=AZURE, token_lifetime_minutes=7))
    minted = await minting.mint(["webpubsub.sendToGroup.stream"])
    found = claims(minted.url, AZURE_KEY)
    assert minted.url.startswith("wss://tailcast.webpubsub.azure.com/client/hubs/stream?access_token=")
    assert found["aud"] == "https://tailcast.webpubsub.azure.com/client/hubs/stream"
    assert found["role"] == ["webpubsub.sendToGroup.stream"]
    assert found["exp"] - found["iat"] == 7 * 60
    assert "sub" not in found
    assert minted.token not in repr(minted)
    await minting.check()
    await minting.close()


class Silent:
    """Credentials whose source never answers."""

    async def get_token(self, *_scopes: str, **_options: object) -> None:
        await asyncio.Event().wait()

    async def close(self) -> None:
        pass


async def test_a_credential_source_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_default_credential", Silent)
    monkeypatch.setattr(endpoint, "CALL_TIMEOUT_S", 0.01)
    waiting = Endpoint(settings(webpubsub_endpoint=WHERE))
    with pytest.raises(ServiceUnreachableError):
        await waiting.mint([])
    with pytest.raises(ServiceUnreachableError):
        await waiting.check()
    await waiting.close()
