"""The service that mints our tokens: Azure Web PubSub by key or by Entra ID, or the emulator, through Azure's SDK.

With a key the token is made here, without any call; with Entra ID the service makes it. Says in plain words what an
unwilling or unreachable service means; decides nothing about who may have a token.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import structlog
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError
from azure.messaging.webpubsubservice.aio import WebPubSubServiceClient

from common.logs import mask
from negotiate_service.errors import RequestError, ServiceRefusedError, ServiceUnreachableError
from negotiate_service.settings import NegotiateSettings

CALL_TIMEOUT_S = 15.0
"""For one token, its retries and the search for credentials included. The Azure CLI takes some seconds of it."""

SCOPE = "https://webpubsub.azure.com/.default"
"""What an Entra ID token must be for (Learn: concept-azure-ad-authorization)."""

log = structlog.stdlib.get_logger("negotiate_service")


class ClientUrl(NamedTuple):
    """What the SDK makes: the URL with its token, and the token alone."""

    url: str
    token: str

    def __repr__(self) -> str:
        return "ClientUrl(***)"


class Endpoint:
    """One hub of the service in use."""

    def __init__(self, settings: NegotiateSettings) -> None:
        self._minutes = settings.token_lifetime_minutes
        self._where = settings.endpoint
        self._entra: Any = None  # the credential, when Entra ID is in use
        key = settings.connection_string
        if key is None:
            self._entra = _default_credential()
        self._client = WebPubSubServiceClient(
            self._where,
            settings.webpubsub_hub,
            AzureKeyCredential(key.access_key) if key else self._entra,
            connection_timeout=5,
            read_timeout=10,
            retry_total=2,
            retry_backoff_factor=0.2,
        )

    async def mint(self, permissions: Sequence[str]) -> ClientUrl:
        """Return a client URL whose token carries `permissions` and no user.

        Raises:
            ServiceRefusedError: Azure was reached and says no.
            ServiceUnreachableError: Azure or the credentials' source did not answer, or asked to come later.
        """
        async with self._explained():
            answer: Any = await self._client.get_client_access_token(
                roles=list(permissions), minutes_to_expire=self._minutes
            )
            return ClientUrl(answer["url"], answer["token"])

    async def check(self) -> None:
        """Return if tokens can be minted as far as can be told without minting one.

        Raises:
            ServiceRefusedError, ServiceUnreachableError: there are no Entra ID credentials.
        """
        if self._entra is not None:
            async with self._explained():
                await self._entra.get_token(SCOPE)

    async def close(self) -> None:
        """Close the connections to Azure."""
        await self._client.close()
        if self._entra is not None:
            await self._entra.close()

    @asynccontextmanager
    async def _explained(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(CALL_TIMEOUT_S):
                yield
        except (AzureError, TimeoutError) as error:
            explained = explain(error, self._where)
            log.warning("token_not_minted", endpoint=self._where, error=explained.code, reason=mask(str(error))[:1000])
            raise explained from error


def explain(error: AzureError | TimeoutError, endpoint: str) -> RequestError:
    """Turn what the SDK raised into an answer that says what to do. The SDK's own text stays in the log."""
    status = error.status_code if isinstance(error, HttpResponseError) else None
    if status in (401, 403):
        return ServiceRefusedError(
            f"{endpoint} refused this service's identity (HTTP {status}). Assign it the role \"Web PubSub Service "
            'Owner" on the resource (docs/azure.md); a new assignment takes up to 30 minutes to work'
        )
    if status == 404:
        return ServiceRefusedError(f"{endpoint} is no Web PubSub resource (HTTP 404); check WEBPUBSUB_ENDPOINT")
    if status == 429:
        return ServiceUnreachableError(
            f"{endpoint} is throttling (HTTP 429): its tier's limit is reached; try again later or scale it up",
            {"Retry-After": "30"},
        )
    if status is not None and status < 500:
        return ServiceRefusedError(
            f"{endpoint} refused to mint a token (HTTP {status}); this service's log has its answer"
        )
    if status is None and isinstance(error, ClientAuthenticationError):
        return ServiceUnreachableError(
            "No Entra ID credentials were found. Sign in with `az login`, run where there is a managed identity, or "
            "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (docs/azure.md); the log has the details"
        )
    return ServiceUnreachableError(
        f"{endpoint} did not answer{f' (HTTP {status})' if status else ''}. Check WEBPUBSUB_ENDPOINT, the network and "
        "the resource's state; this service's log has the details"
    )


def _default_credential() -> Any:
    # Imported when used: it costs a quarter of a second that only Entra ID needs.
    from azure.identity.aio import DefaultAzureCredential

    return DefaultAzureCredential()
