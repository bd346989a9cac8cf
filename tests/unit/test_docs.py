"""docs/configuration.md says what the settings models say: every variable, its default and its meaning.

python -m tests.unit.test_docs      writes the tables anew; the text around them is written by hand.
"""

import re
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from common.settings import ServiceSettings, documented
from tests.support.environment import CONFIGURATION

ROOT = Path(__file__).parents[2]
MODELS = {
    "emulator": ("emulator.settings", "EmulatorSettings"),
    "negotiate service": ("negotiate_service.settings", "NegotiateSettings"),
    "streamer agent": ("streamer_agent.settings", "StreamerSettings"),
    "all in one": ("all_in_one.settings", "AllInOneSettings"),
}
HEAD = "| Variable | Default | Meaning |\n|---|---|---|\n"
TABLE = r"<!-- {} -->\n(.*?)<!-- end -->"


def model_of(service: str) -> type[ServiceSettings]:
    module, name = MODELS[service]
    model: type[ServiceSettings] = getattr(import_module(module), name)
    return model


def table(service: str) -> str:
    """The table of one service; what every service has is in a table of its own."""
    if service == "every service":
        return HEAD + "".join(row(name, field) for name, field in documented(ServiceSettings).items())
    common = documented(ServiceSettings)
    fields = {name: field for name, field in documented(model_of(service)).items() if name not in common}
    return HEAD + "".join(row(name, field) for name, field in fields.items())


def row(name: str, field: FieldInfo) -> str:
    meaning = (field.description or "").replace("|", r"\|")
    choices = [str(choice) for choice in get_args(field.annotation) if isinstance(choice, str)]
    if choices and not all(re.search(rf"\b{choice}\b", meaning) for choice in choices):
        meaning += f" ({', '.join(choices)})"
    return f"| `{name}` | {default(field)} | {meaning} |\n"


def default(field: FieldInfo) -> str:
    """In words; a default that depends on the machine is told in the meaning."""
    value: Any = field.default
    if value is PydanticUndefined and field.default_factory is None:
        return "required"
    if field.default_factory is not None or value is None or value in ("", ()):
        return "–"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        value = ",".join(format(item, "g") if isinstance(item, float) else str(item) for item in value)
    if isinstance(value, Path) and value.is_relative_to(ROOT):
        value = value.relative_to(ROOT)
    return f"`{value.get_secret_value() if isinstance(value, SecretStr) else value}`"


SECTIONS = ["every service", *MODELS]


@pytest.mark.parametrize("service", SECTIONS)
def test_configuration_has_the_table_of_the_settings_model(service: str) -> None:
    found = re.search(TABLE.format(re.escape(service)), CONFIGURATION.read_text("utf-8"), re.DOTALL)
    assert found, f"docs/configuration.md has no table <!-- {service} -->"
    assert found[1] == table(service), "run: python -m tests.unit.test_docs"


@pytest.mark.parametrize("service", MODELS)
def test_every_setting_says_what_it_means(service: str) -> None:
    assert [name for name, field in documented(model_of(service)).items() if not field.description] == []


def write() -> None:
    """Put the table of each model into docs/configuration.md."""
    text = CONFIGURATION.read_text("utf-8")
    for service in SECTIONS:
        new = f"<!-- {service} -->\n{table(service)}<!-- end -->"
        text, count = re.subn(TABLE.format(re.escape(service)), lambda _: new, text, flags=re.DOTALL)  # noqa: B023
        assert count == 1, f"no place for the table <!-- {service} -->"
    CONFIGURATION.write_text(text, "utf-8")


if __name__ == "__main__":
    write()
