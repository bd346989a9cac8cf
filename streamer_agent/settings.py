"""Settings of the streamer agent: every variable with its meaning, and the checks between them."""

import platform
import sys
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, PrivateAttr, SecretStr, field_validator, model_validator
from pydantic_settings import CliPositionalArg, CliSuppress, NoDecode, SettingsConfigDict

from common.settings import ServiceSettings, read_secret, read_text
from streamer_agent.publish.batching import ENVELOPE_BYTES
from streamer_agent.redact.expressions import own_rules
from streamer_agent.tail.options import Beginning

DEFAULT_KEY_FILE = Path(".tailcast/publisher-key")
"""Where the negotiate service makes a key when it is given none, in the directory that both are started in."""

LIST_SEPARATOR = ";" if sys.platform == "win32" else ":"
"""Between the entries of LOG_PATHS, as in PATH."""


class StreamerSettings(ServiceSettings):
    """Tail log files and publish their lines, live.

    Each of LOG-PATHS is a file, a glob (quoted, so that it also finds later files), a directory, searched recursively,
    or - for standard input. Files that exist at the first start are followed from their end (--from), later ones are
    read whole; a restart goes on where the last acknowledged line ended. Every option can be given in the environment,
    in capitals.
    Exit codes: 0 stopped; 1 unexpected; 2 wrong settings; 3 refused by negotiate or the service; 4 state directory.
    """

    model_config = SettingsConfigDict(cli_shortcuts={"read-from": "from"})

    log_paths: CliPositionalArg[Annotated[list[str], NoDecode]] = Field(
        default=[],
        validate_default=True,
        description=f"What to tail; in the environment a list separated by '{LIST_SEPARATOR}'",
    )
    exclude: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="Globs of what is left out: with a slash of whole paths, without one of the names of files and"
        f" directories. Give it again for another; in the environment a list separated by '{LIST_SEPARATOR}'",
    )
    read_from: str = Field(
        "end",
        description="Where to begin in files that exist at the first start: end, start, or lines:N for the last N;"
        " checkpoint refuses to start when no earlier run saved positions. What is saved always goes on where it was",
    )
    line_format: Literal["plain", "docker", "cri", "auto"] = Field(
        "plain",
        description="What wraps the lines: docker (json-file driver) and cri (Kubernetes) take it off and join lines"
        " that were split; auto looks at the first line of each file",
    )
    partial_after: float = Field(
        1.0, ge=0.1, le=3600, description="Seconds until a last line without line end is shown as far as it came"
    )
    negotiate_url: str = Field("http://localhost:8080/negotiate", description="Where URLs to publish with are had")
    publisher_key: SecretStr | None = Field(
        None, description="Key of the negotiate service. On the command line every user of the machine can see it"
    )
    publisher_key_file: Path | None = Field(
        None, description=f"File with that key; with neither, {DEFAULT_KEY_FILE} if it is there"
    )
    agent_name: str = Field(
        default_factory=platform.node,
        min_length=1,
        max_length=200,
        description="Label for people; by default the name of this host",
    )
    format: Literal["batch", "text"] = Field(
        "batch",
        description="batch: docs/wire.md, each line exactly once. text: one plain text message per line, at least once",
    )
    state_dir: Path | None = Field(
        None,
        description="Directory for positions, one agent at a time; by default tailcast in XDG_STATE_HOME",
    )
    xdg_state_home: CliSuppress[Path | None] = Field(
        None, description="Where programs keep such directories; by default ~/.local/state"
    )
    resume: bool = Field(True, description="Keep positions; without, every start is a first start")
    stop_timeout: float = Field(
        8.0, ge=0, le=3600, description="Seconds that the last lines have to arrive when the agent is stopped"
    )

    redaction: bool = Field(
        True, description="Mask secrets before a line leaves this host: tokens, keys, passwords (docs/redaction.md)"
    )
    redact: str | None = Field(
        None,
        description="What to mask besides: expressions of RE2's syntax, one per line; groups, if there are any, say "
        "which part of the match",
    )
    redact_file: Path | None = Field(None, description="File with more such expressions")

    lines_per_second: float | None = Field(
        None, gt=0, description="Lines of one source that are sent in a second; what is over is left out, and told"
    )
    bytes_per_second: float | None = Field(None, gt=0, description="The same in bytes of the file")

    status_interval: float = Field(
        30.0, ge=1, le=3600, description="Seconds between two status messages, at most; each costs what a line does"
    )
    batch_bytes: int = Field(
        32_768, ge=1024, le=262_144, description="Bytes of a file that fill a batch while earlier ones are on their way"
    )
    max_message_bytes: int = Field(
        262_144, ge=65_536, le=1_000_000, description="Bytes of a message, encoded; the service refuses 1 MiB"
    )
    compression: Literal["off", "deflate"] = Field(
        "off",
        description="deflate: send texts from 1 KiB on compressed, about a quarter of the bytes that are billed; off: "
        "plain JSON, for half the processor time",
    )
    max_line_bytes: int = Field(
        65_536, ge=256, le=1_000_000, description="Bytes of a line that are sent; a longer one is cut, and says so"
    )
    window_bytes: int = Field(
        196_608,
        ge=65_536,
        le=67_108_864,
        description="Bytes on their way without an ack; then reading stops. More of them help where the round trip is "
        "long; a quiet file waits behind as many of a busy one",
    )
    window_messages: int = Field(
        900, ge=32, le=990, description="Messages on their way without an ack; the service remembers 1,000"
    )
    ack_timeout: float = Field(10.0, ge=1, le=300, description="Seconds until a missing ack is asked for again")
    ping_interval: float = Field(
        15.0, ge=1, le=120, description="Seconds between pings, and for an answer, that find a dead connection"
    )

    scan_interval: float = Field(1.0, ge=0.1, le=3600, description="Seconds between two looks for new files")
    poll_interval: float = Field(0.1, ge=0.01, le=60, description="Seconds between two looks at files that just grew")
    hints: bool = Field(True, description="Let the kernel say which files changed; looking finds them anyway")
    hold_deleted: float = Field(
        3600.0, ge=1, description="Seconds that a deleted file is kept open, and its disk space taken, to send its rest"
    )
    max_open_files: int = Field(256, ge=8, description="File descriptors for tailed files; more files take turns")

    health_port: int | None = Field(
        None, ge=0, le=65535, description="Port for /healthz, /readyz and /metrics; none by default, 0 takes a free one"
    )
    health_host: str = Field("127.0.0.1", description="Address that the health port listens on")

    _key: str | None = PrivateAttr(None)
    _own_expressions: str = PrivateAttr("")

    @property
    def key(self) -> str | None:
        """The publisher's key, wherever it came from."""
        return self._key

    @property
    def own_expressions(self) -> str:
        """REDACT and what REDACT_FILE holds, one expression per line; RE2 takes all of them."""
        return self._own_expressions

    @property
    def state_directory(self) -> Path:
        """STATE_DIR or its default by the XDG base directory specification, where relative values count as unset."""
        if self.state_dir is not None:
            return self.state_dir
        home = self.xdg_state_home
        return (home if home and home.is_absolute() else Path.home() / ".local" / "state") / "tailcast"

    @field_validator("log_paths", "exclude", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [path for path in value.split(LIST_SEPARATOR) if path] if isinstance(value, str) else value

    @field_validator("log_paths")
    @classmethod
    def _name_files(cls, value: list[str]) -> list[str]:
        if not value:
            raise ValueError("nothing to tail; name files, globs, directories, or - for standard input")
        return value

    @field_validator("read_from")
    @classmethod
    def _is_a_beginning(cls, value: str) -> str:
        Beginning.parse(value)
        return value

    @field_validator("negotiate_url")
    @classmethod
    def _is_http_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("expected an http:// or https:// URL, such as http://localhost:8080/negotiate")
        if parts.username or parts.password:
            raise ValueError("expected a URL without user and password; the key goes into PUBLISHER_KEY")
        return value

    @model_validator(mode="after")
    def _read_key(self) -> Self:
        file = self.publisher_key_file
        if self.publisher_key is None and file is None and DEFAULT_KEY_FILE.is_file():
            file = DEFAULT_KEY_FILE
        self._key = read_secret(self.publisher_key, file, "PUBLISHER_KEY")
        if self._key is not None and not (self._key.isascii() and self._key.isprintable() and " " not in self._key):
            raise ValueError("PUBLISHER_KEY: expected printable ASCII without spaces")
        return self

    @model_validator(mode="after")
    def _read_expressions(self) -> Self:
        texts = {"REDACT": self.redact or ""}
        if self.redact_file is not None:
            texts["REDACT_FILE"] = read_text(self.redact_file, "REDACT_FILE", "one expression per line")
        for name, text in texts.items():
            try:
                own_rules(text)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
        self._own_expressions = "\n".join(texts.values())
        if self._own_expressions.strip() and not self.redaction:
            raise ValueError("REDACT or REDACT_FILE is set, but REDACTION is off; unset one of them")
        return self

    @model_validator(mode="after")
    def _batches_fit(self) -> Self:
        if self.batch_bytes + ENVELOPE_BYTES > self.max_message_bytes:
            raise ValueError(
                f"BATCH_BYTES ({self.batch_bytes}) must be at least {ENVELOPE_BYTES} below "
                f"MAX_MESSAGE_BYTES ({self.max_message_bytes})"
            )
        if self.batch_bytes > self.window_bytes:
            raise ValueError(f"BATCH_BYTES ({self.batch_bytes}) must not exceed WINDOW_BYTES ({self.window_bytes})")
        return self
