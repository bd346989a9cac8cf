"""Everything that can be wrong with a request or with the service behind us, as (status, code, text for people).

    NegotiateError
    ├── ConfigurationError     at start-up: the process says one line and exits with 2
    └── RequestError           answered as JSON {"error": code, "message": text}
        ├── MalformedRequestError 400, UnknownRoleError 400, PublisherKeyError 401
        ├── ForeignOriginError 403, MethodError 405, ForeignHostError 421
        ├── ServiceRefusedError 502         retrying alone does not help: somebody must change something
        └── ServiceUnreachableError 503     may pass

No text ever carries a token or a key.
"""

from collections.abc import Mapping
from typing import ClassVar


class NegotiateError(Exception):
    """Base of all errors of this service; `str()` is a sentence for people."""


class ConfigurationError(NegotiateError):
    """The service cannot start as it is configured."""


class RequestError(NegotiateError):
    """A request that gets no URL. `headers` belong into the answer."""

    status: ClassVar[int]
    code: ClassVar[str]

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.headers = dict(headers or {})


class MalformedRequestError(RequestError):
    """A header that the answer depends on does not parse."""

    status, code = 400, "malformed_request"


class UnknownRoleError(RequestError):
    """The query asks for a role that there is not."""

    status, code = 400, "unknown_role"


class PublisherKeyError(RequestError):
    """A publisher came without the key, or with another one."""

    status, code = 401, "wrong_publisher_key"


class ForeignOriginError(RequestError):
    """A page of an origin that is not on the allow-list asked whether it may."""

    status, code = 403, "foreign_origin"


class MethodError(RequestError):
    """Only GET hands out URLs."""

    status, code = 405, "method_not_allowed"


class ForeignHostError(RequestError):
    """The request names a host that is not ours, as a page does that rebinds its own name to this address."""

    status, code = 421, "foreign_host"


class ServiceRefusedError(RequestError):
    """Azure was reached and will not mint a token."""

    status, code = 502, "service_refused"


class ServiceUnreachableError(RequestError):
    """Azure, or the source of its credentials, did not answer."""

    status, code = 503, "service_unreachable"
