"""Compile expressions with RE2, whose searches take linear time whatever is searched, and explain what it refuses.

Reads no file: the settings do.
"""

import re2

from streamer_agent.redact.rules import BUILT_IN, Rule

LINEAR = (
    "RE2 is used because no line can make it slow; it has no look-around, back-references, atomic groups or possessive "
    "quantifiers (https://github.com/google/re2/wiki/Syntax)"
)
MOST_EXPRESSIONS = 100
"""Expressions of the user's own; each has a counter in the metrics."""


def options() -> re2.Options:
    """What all expressions are compiled with: no match goes over a line end, and complaints come as exceptions."""
    chosen = re2.Options()
    chosen.never_nl = True
    chosen.log_errors = False
    return chosen


def own_rules(text: str) -> list[Rule]:
    """The rules of `text`: one expression per line; empty lines and those that begin with # are skipped.

    Raises:
        ValueError: RE2 does not take an expression, or it would mask nothing or everything.
    """
    expressions = [line.strip() for line in text.splitlines()]
    rules: list[Rule] = []
    for number, expression in enumerate(expressions, 1):
        if expression and not expression.startswith("#"):
            _check(expression, number)
            rules.append(Rule(f"own-{len(rules) + 1}", expression, expression))
    if len(rules) > MOST_EXPRESSIONS:
        raise ValueError(f"{len(rules)} expressions; expected at most {MOST_EXPRESSIONS}. Join some with |")
    return rules


def rules_with(own: str) -> list[Rule]:
    """The built-in rules, then those of `own` (`own_rules`)."""
    return [*BUILT_IN, *own_rules(own)]


def _check(expression: str, number: int) -> None:
    where = f"expression in line {number}"
    try:
        compiled = re2.compile(by_line(expression), options())
    except re2.error as error:
        said = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
        raise ValueError(f"{where}: {said}. {LINEAR}") from None
    if _anchors_to_text(expression):
        raise ValueError(f"{where}: \\A and \\z are not known here; ^ and $ are the ends of a line")
    if compiled.search(b"") is not None:
        raise ValueError(f"{where}: it matches the empty text, so it would mask in every line")


def by_line(expression: str) -> bytes:
    """`expression` with ^ and $ as the ends of lines, in the form that is searched for in UTF-8."""
    return f"(?m:{expression})".encode()


def _anchors_to_text(expression: str) -> bool:
    """Whether `\\A` or `\\z` is in it, a backslash that is itself escaped aside."""
    escaped = expression.split("\\\\")
    return any("\\A" in part or "\\z" in part for part in escaped)
