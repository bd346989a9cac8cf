"""What compose.yaml says, without an engine: both Composes read it, and .env.example documents it."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from .stack import ROOT, Stack

COMPOSE = (ROOT / "compose.yaml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE)["services"]


def read_variables() -> set[str]:
    """Names that Compose fills in: ${NAME…}, and environment entries without a value."""
    passed = {name for service in SERVICES.values() for name, value in service["environment"].items() if value is None}
    return set(re.findall(r"\$\{([A-Z_]+)", COMPOSE)) | passed


def test_published_schema_of_compose_v2_accepts_it() -> None:
    schema = json.loads((Path(__file__).parent / "compose-spec" / "schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(yaml.safe_load(COMPOSE))


def test_the_installed_compose_accepts_it(tmp_path: Path) -> None:
    resolved = yaml.safe_load(Stack(tmp_path).compose("config"))
    assert set(resolved["services"]) == {"emulator", "negotiate", "streamer", "viewer"}


def test_has_nothing_that_older_compose_lacks() -> None:
    assert "name" not in yaml.safe_load(COMPOSE)
    assert not re.search(r"\$\{[^}]*\$\{", COMPOSE), "a nested default"
    assert not re.search(r"^\s*(required|start_interval|develop|include|create_host_path):", COMPOSE, re.MULTILINE)


def test_env_example_documents_every_variable_and_no_other() -> None:
    documented = re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(documented) == sorted(read_variables())


def test_env_example_shows_the_defaults_of_compose() -> None:
    shown = dict(re.findall(r"^#([A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    defaults = dict(re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", COMPOSE))
    assert {name: shown[name] for name in defaults} == defaults


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_hardened_and_watched(service: str) -> None:
    said = SERVICES[service]
    assert (said["read_only"], said["cap_drop"], said["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])
    assert said["restart"] == "unless-stopped"
    assert said["healthcheck"]["test"][0] == "CMD"


def test_only_the_viewer_publishes_a_port_and_on_loopback() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "viewer": ["${BIND:-127.0.0.1}:${PORT:-8080}:8080"]
    }
