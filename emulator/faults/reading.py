"""Read a fault from what somebody wrote, and name every mistake in it; knows no rule of a fault itself."""

from typing import Any

from pydantic import ValidationError

from emulator.faults.fault import Fault
from emulator.faults.kinds import KINDS

MAX_CHAIN = 10
"""How many faults may follow one another in one request."""


def parse(value: Any) -> Fault:
    """The fault that a JSON object describes.

    Raises:
        ValueError: it describes none; the text says every problem, what was seen and what is expected.
    """
    if not isinstance(value, dict):
        raise ValueError('expected an object such as {"fault": "drop", "hub": "chat"}')
    if _length(value) > MAX_CHAIN:
        raise ValueError(f"then: more than {MAX_CHAIN} faults follow one another")
    kind = value.get("fault")
    model = KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise ValueError(f"fault is {_shown(kind)}; expected one of {', '.join(KINDS)}")
    fields = {name: one for name, one in value.items() if name != "fault"}
    if isinstance(fields.get("then"), dict):
        fields["then"] = _following(fields["then"])
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise ValueError("; ".join(_problems(model, error))) from error


def _following(value: dict[str, Any]) -> Fault:
    try:
        return parse(value)
    except ValueError as error:
        raise ValueError(f"then: {error}") from error


def _problems(model: type[Fault], error: ValidationError) -> list[str]:
    """Each problem as one clause: the field, what was expected, what was seen."""
    found = []
    for problem in error.errors(include_url=False, include_context=False):
        name = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            found.append(f"{model.kind} has no {name!r}; expected some of {', '.join(model.model_fields)}")
        elif problem["type"] == "missing":
            found.append(f"{name} is missing: {model.model_fields[name].description}")
        elif problem["type"] == "value_error":
            found.append(f"{name}: {problem['msg'].removeprefix('Value error, ')}".removeprefix(": "))
        else:
            found.append(f"{name} is {_shown(problem['input'])}: {problem['msg'].removeprefix('Input ')}")
    return found


def _length(value: Any) -> int:
    """How many faults follow one another."""
    length = 0
    while isinstance(value, dict):
        length, value = length + 1, value.get("then")
    return length


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
