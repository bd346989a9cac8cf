"""Read a service's settings from the environment and the command line; report every problem at once.

Each service declares one model. A field's name in capitals is its environment variable, its description
is the help that users see in `--help` and in docs/configuration.md. Nothing here decides what a value means.
"""

import inspect
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar

from pydantic import Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

CONFIGURATION_ERROR = 2
"""Exit code of a service whose settings are wrong: a restart alone cannot mend it."""

LONGEST_SHOWN = 16
"""Characters of a wrong value that a complaint repeats; keys and tokens are longer."""

S = TypeVar("S", bound=BaseSettings)


class ServiceSettings(BaseSettings):
    """The settings that every service has. An empty variable counts as unset, as compose files pass it so."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
        cli_kebab_case=True,
        cli_implicit_flags=True,
        cli_hide_none_type=True,
        cli_avoid_json=True,
        cli_exit_on_error=True,
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level logged")
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="console for people, json for machines; auto is console on a terminal"
    )


def load(model: type[S], argv: Sequence[str], prog: str) -> S:
    """Build `model` from `argv` and the environment, in that order of precedence.

    Problems are printed to stderr, one per line and all at once, and the process exits with 2.
    """
    try:
        # A subclass, because the model's own config is read when the class is made.
        about = {"model_config": {"cli_prog_name": prog}, "__doc__": inspect.cleandoc(model.__doc__ or "")}
        named: Any = type(model.__name__, (model,), about)
        settings: S = named(_cli_parse_args=list(argv))
        return settings
    except ValidationError as error:
        fail(prog, problems(model, error))
    except SettingsError as error:  # a value that a source could not even take apart, such as broken JSON
        fail(prog, [str(error)])


def fail(prog: str, lines: Sequence[str]) -> NoReturn:
    """Print one line per problem and exit with 2."""
    for line in lines:
        sys.stderr.write(f"{prog}: {line}\n")
    sys.exit(CONFIGURATION_ERROR)


def problems(model: type[BaseSettings], error: ValidationError) -> list[str]:
    """Say each problem of `error` as "VARIABLE: what was expected", and what was seen if that is no secret."""
    lines = []
    for problem in error.errors(include_url=False, include_context=False):
        path = [str(part) for part in problem["loc"]]
        message = problem["msg"]
        if problem["type"] == "value_error":  # a sentence of our own, which says what it saw where that helps
            message = message.removeprefix("Value error, ")
        elif path and _may_be_shown(problem["input"], model.model_fields.get(path[0])):
            message += f"; got {problem['input']!r}"
        where = environment_name(model, path[0]) if path else ""
        lines.append(f"{where}: {message}" if where else message)
    return lines


def environment_name(model: type[BaseSettings], field: str) -> str:
    """The environment variable that sets `field`."""
    return (model.model_config.get("env_prefix", "") + field).upper()


def documented(model: type[BaseSettings]) -> dict[str, FieldInfo]:
    """Every environment variable of `model` with its field, in declaration order."""
    return {environment_name(model, name): field for name, field in model.model_fields.items()}


def _may_be_shown(value: object, field: FieldInfo | None) -> bool:
    """Short text for a field that is no secret. Longer text may be a secret that went into the wrong variable."""
    is_short = isinstance(value, str) and len(value) <= LONGEST_SHOWN
    return is_short and field is not None and "Secret" not in str(field.annotation)


def read_secret(value: Any, file: Path | None, name: str) -> str | None:
    """The secret given as `value`, or the content of `file` without surrounding white space, or None.

    Raises:
        ValueError: both are given, or one is empty, or the file cannot be read. The secret is never in the text.
    """
    if value is not None and file is not None:
        raise ValueError(f"{name} and {name}_FILE are both set; set one of them")
    if value is not None:
        if not value.get_secret_value():
            raise ValueError(f"{name} is empty; expected the secret")
        return str(value.get_secret_value())
    if file is None:
        return None
    text = read_text(file, f"{name}_FILE", "the secret on its first line").strip()
    if not text:
        raise ValueError(f"{name}_FILE: {file} is empty; expected the secret on its first line")
    return text


def read_text(file: Path, name: str, expected: str) -> str:
    """The content of `file`, which the variable `name` names; `expected` says for people what should be in it.

    Raises:
        ValueError: it cannot be read, or is not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{name}: cannot read {file}: {error.strerror}") from error
    except UnicodeError:
        raise ValueError(f"{name}: {file} is not text; expected {expected}") from None
