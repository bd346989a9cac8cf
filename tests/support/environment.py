"""The environment of the tests: free of every service's settings, save what `make e2e` hands over on purpose."""

import os
import re
from pathlib import Path

CONFIGURATION = Path(__file__).parents[2] / "docs" / "configuration.md"
"""Names every variable of every service: tests/unit/test_docs.py sees to it. Reading it is faster than the models."""

SERVICE_SWITCH = "TAILCAST_E2E_SERVICE"
"""Set to `azure`, it has the end-to-end tests use the service that WEBPUBSUB_* names. Only `make e2e` sets it."""

service: dict[str, str] = {}
"""WEBPUBSUB_* and AZURE_* as they were given, if the switch is on: for the negotiate service alone."""

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "WS_PROXY", "WSS_PROXY")


def variables() -> set[str]:
    """The environment variable of every setting of every service."""
    return set(re.findall(r"^\| `([A-Z][A-Z0-9_]*)` \|", CONFIGURATION.read_text("utf-8"), re.MULTILINE))


def clean() -> None:
    """Remove every service setting and every proxy from the environment of this process."""
    ours = variables()
    for name in list(os.environ):
        of_azure = name.upper().startswith(("WEBPUBSUB_", "AZURE_"))
        if of_azure and os.environ.get(SERVICE_SWITCH) == "azure":
            service[name] = os.environ[name]
        if of_azure or name.upper() in ours or name.upper() in _PROXIES:
            del os.environ[name]
    if not any(service.get(name) for name in ("WEBPUBSUB_CONNECTION_STRING", "WEBPUBSUB_ENDPOINT")):
        service.clear()  # no service was named
