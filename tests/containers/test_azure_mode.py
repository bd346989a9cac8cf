"""With a connection string of Azure the same command uses Azure; the emulator idles, or is left out."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.secret_scan import assert_no_secrets

from .conftest import started
from .stack import Stack

# Nobody answers at this name, and its key signs nothing that counts.
KEY = "bm90LWEtcmVhbC1rZXktbm90LWEtcmVhbC1rZXktMTI="
CONNECTION_STRING = f"Endpoint=https://tailcast-test.webpubsub.azure.invalid;AccessKey={KEY};Version=1.0;"

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(params=["0", "1"], ids=["without emulator", "with idle emulator"])
def azure_stack(images: None, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stack]:
    variables = {"WEBPUBSUB_CONNECTION_STRING": CONNECTION_STRING, "EMULATOR_REPLICAS": request.param}
    yield from started(Stack(tmp_path, variables))


def test_page_is_served_and_urls_lead_to_azure(azure_stack: Stack, request: pytest.FixtureRequest) -> None:
    assert "<!doctype html>" in get(f"{azure_stack.url}/").lower()
    url = json.loads(get(f"{azure_stack.url}/negotiate"))["url"]
    assert url.startswith("wss://tailcast-test.webpubsub.azure.invalid/client/hubs/stream?access_token=")
    logs = azure_stack.logs()
    assert_no_secrets("docker compose logs", logs, [KEY])
    if request.node.callspec.params["azure_stack"] == "0":
        assert azure_stack.container("emulator") == ""
    else:
        assert azure_stack.logs("emulator").count("emulator_not_used") == 1
        assert azure_stack.health("emulator") == "healthy"


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as response:
        return str(response.read().decode())
