"""Settings of the negotiate service: every variable with its meaning, and the checks between them."""

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, PrivateAttr, SecretStr, field_validator, model_validator

from common.settings import ServiceSettings, read_secret
from negotiate_service import authority, connection_string, cors, origin, trusted
from negotiate_service.connection_string import ConnectionString

DEFAULT_KEY_FILE = Path(".tailcast/publisher-key")
"""Where the publisher's key is made when neither PUBLISHER_KEY nor PUBLISHER_KEY_FILE is set."""

EMULATOR = "Endpoint=http://localhost:8080;AccessKey=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH;Version=1.0;"
"""The emulators' public default; Microsoft's has the same."""

_HUB = re.compile(r"[A-Za-z][A-Za-z0-9_`,.\[\]]{0,127}")


def check_publisher_key(key: str) -> None:
    """Raise ValueError unless `key` can stand in an Authorization header."""
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ValueError("expected a key of printable ASCII characters without spaces")


class NegotiateSettings(ServiceSettings):
    """Hand out URLs with which clients connect to Azure Web PubSub, or to the emulator."""

    negotiate_host: str = Field(
        "127.0.0.1", description="Address to listen on; 0.0.0.0 is every IPv4 address of the machine"
    )
    negotiate_port: int = Field(8081, ge=0, le=65535, description="Port to listen on; 0 takes a free one")

    webpubsub_connection_string: SecretStr | None = Field(
        None, description="Azure mode with a key: the connection string of the Web PubSub resource (docs/azure.md)"
    )
    webpubsub_endpoint: str | None = Field(
        None,
        description="Azure mode with Entra ID: host name or https URL of the resource; the identity that runs this "
        "service needs the role Web PubSub Service Owner (docs/azure.md)",
    )
    webpubsub_hub: str = Field("stream", description="Hub that everyone connects to")
    stream_group: str = Field("stream", description="Group that publishers send to and viewers join")

    emulator_connection_string: SecretStr | None = Field(
        None,
        description="Emulator mode, when neither of the two above is set: where the emulator is and its key; by "
        "default the emulator on http://localhost:8080 with its public default key",
    )
    emulator_connection_string_file: Path | None = Field(None, description="File that holds EMULATOR_CONNECTION_STRING")
    public_url: str | None = Field(
        None,
        description="Emulator mode: URL under which clients reach this origin, e.g. https://logs.example.com or with "
        "a path prefix; by default what a trusted proxy says, else the request's Host",
    )
    trusted_proxies: str = Field(
        "",
        description="Proxies whose X-Forwarded-Proto, -Host, -Port and -Prefix (or Forwarded) are believed: addresses, "
        "networks such as 10.0.0.0/8, or host names, separated by commas; none by default",
    )
    allowed_hosts: str = Field(
        "",
        description="Host names under which this service may be asked, beside loopback: host or host:port, separated "
        "by commas. Any other gets 421, so that no foreign page reads it by rebinding a name of its own",
    )
    allowed_origins: str = Field(
        "",
        description="Other origins whose pages may read the answers (CORS), e.g. https://status.example.com, "
        "separated by commas; none by default, as the page has the same origin",
    )

    publisher_key: SecretStr | None = Field(
        None, description="Key that a publisher must show; printable ASCII without spaces"
    )
    publisher_key_file: Path | None = Field(
        None,
        description="File with the publisher's key; made with a random key and mode 0600 if it is not there. With "
        f"neither variable it is {DEFAULT_KEY_FILE}",
    )
    token_lifetime_minutes: int = Field(
        10,
        ge=1,
        le=1440,
        description="Minutes for which a URL can be used to connect. An open connection outlives its token, so the "
        "time only has to cover fetching, connecting and clocks that differ",
    )
    negotiate_tutorial: bool = Field(
        False,
        description="Answer a plain GET /negotiate with a URL that may publish and watch, as the Azure tutorial does: "
        "anyone who reaches this service may then publish",
    )
    negotiate_tutorial_anywhere: bool = Field(
        False, description="Allow NEGOTIATE_TUTORIAL with a service that is neither the emulator nor on loopback"
    )

    _connection_string: ConnectionString | None = PrivateAttr(None)

    @property
    def mode(self) -> Literal["azure", "emulator"]:
        """Azure as soon as one of its variables is set, else the emulator."""
        return "azure" if self.webpubsub_connection_string or self.webpubsub_endpoint else "emulator"

    @property
    def connection_string(self) -> ConnectionString | None:
        """The one in use, Azure's or the emulator's; None means Entra ID at `webpubsub_endpoint`."""
        return self._connection_string

    @property
    def endpoint(self) -> str:
        """The http or https URL of the service in use, without a key."""
        return self._connection_string.endpoint if self._connection_string else str(self.webpubsub_endpoint)

    @property
    def connect_origin(self) -> str | None:
        """The ws or wss origin that the page must be allowed to connect to, or None if it is the page's own."""
        if self.mode == "azure":
            return origin.parse_url(self.endpoint).websocket_base
        return origin.parse_url(self.public_url).websocket_base if self.public_url else None

    def is_own_host(self, text: str) -> bool:
        """Whether a Host header names this service: loopback, or one of ALLOWED_HOSTS."""
        try:
            host = authority.parse(text)
        except ValueError:
            return False
        return host.is_loopback or authority.is_among(host, authority.parse_list(self.allowed_hosts))

    def is_own_origin(self, text: str) -> bool:
        """Whether an Origin header is of a page of this service, or of one in ALLOWED_ORIGINS."""
        try:
            asking = origin.parse_url(text)
        except ValueError:
            return False
        public = {str(origin.parse_url(self.public_url))} if self.public_url else set()
        return self.is_own_host(str(asking.authority)) or str(asking) in public | cors.parse_origins(
            self.allowed_origins
        )

    @field_validator("webpubsub_connection_string", "emulator_connection_string")
    @classmethod
    def _is_connection_string(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            connection_string.parse(value.get_secret_value())
        return value

    @field_validator("webpubsub_endpoint")
    @classmethod
    def _is_endpoint(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parsed = origin.parse_url(value if "://" in value else f"https://{value}")
        if parsed.scheme != "https" or parsed.prefix:
            raise ValueError("expected https://NAME.webpubsub.azure.com; Entra ID tokens are only sent over https")
        return f"https://{parsed.authority}"

    @field_validator("webpubsub_hub")
    @classmethod
    def _is_hub(cls, value: str) -> str:
        # The pattern of the REST API 2024-12-01.
        if not _HUB.fullmatch(value):
            raise ValueError("expected a letter, then letters, digits or _ ` , . [ ], 128 characters at most")
        return value

    @field_validator("stream_group")
    @classmethod
    def _is_group(cls, value: str) -> str:
        # REST API 2024-12-01: 1 to 1,024 characters, not only white space.
        if not value.strip() or len(value) > 1024:
            raise ValueError("expected 1 to 1024 characters, not only spaces")
        return value

    @field_validator("publisher_key")
    @classmethod
    def _is_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            check_publisher_key(value.get_secret_value())
        return value

    @field_validator("public_url")
    @classmethod
    def _is_public_url(cls, value: str | None) -> str | None:
        if value is not None:
            origin.parse_url(value)
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_proxies(cls, value: str) -> str:
        trusted.parse(value)
        return value

    @field_validator("allowed_hosts")
    @classmethod
    def _are_hosts(cls, value: str) -> str:
        authority.parse_list(value)
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, value: str) -> str:
        cors.parse_origins(value)
        return value

    @model_validator(mode="after")
    def _one_service(self) -> Self:
        if self.webpubsub_connection_string and self.webpubsub_endpoint:
            raise ValueError("WEBPUBSUB_CONNECTION_STRING and WEBPUBSUB_ENDPOINT are both set; set one of them")
        if self.publisher_key and self.publisher_key_file:
            raise ValueError("PUBLISHER_KEY and PUBLISHER_KEY_FILE are both set; set one of them")
        if self.mode == "azure":
            if self.webpubsub_connection_string:
                self._connection_string = connection_string.parse(self.webpubsub_connection_string.get_secret_value())
        else:
            self._connection_string = self._emulator()
        return self

    @model_validator(mode="after")
    def _tutorial_stays_home(self) -> Self:
        at_home = self.mode == "emulator" or origin.parse_url(self.endpoint).authority.is_loopback
        if self.negotiate_tutorial and not at_home and not self.negotiate_tutorial_anywhere:
            raise ValueError(
                f"NEGOTIATE_TUTORIAL would let anyone who reaches this service publish to {self.endpoint}, which "
                "is not on this machine; unset it, or set NEGOTIATE_TUTORIAL_ANYWHERE=1 if you mean it"
            )
        return self

    def _emulator(self) -> ConnectionString:
        text = read_secret(
            self.emulator_connection_string, self.emulator_connection_string_file, "EMULATOR_CONNECTION_STRING"
        )
        try:
            found = connection_string.parse(text or EMULATOR)
        except ValueError as error:
            raise ValueError(f"EMULATOR_CONNECTION_STRING_FILE: {error}") from None
        if ".webpubsub.azure." in found.endpoint.lower():
            raise ValueError(
                "EMULATOR_CONNECTION_STRING names a resource of Azure; put it into WEBPUBSUB_CONNECTION_STRING, which "
                "hands out its URLs as they are"
            )
        return found
