"""Where settings of hubs are written."""

import pytest

from emulator.upstream import sources
from emulator.upstream.problems import Problems

PLACE = "hubs.json"


def from_file(text: str) -> tuple[sources.Tree, list[str]]:
    problems = Problems()
    return sources.from_file(text, PLACE, problems), problems.lines


def from_environment(**variables: str) -> tuple[sources.Tree, list[str]]:
    problems = Problems()
    return sources.from_environment(variables, problems), problems.lines


def test_a_file_of_microsofts_emulator_is_read_as_it_is() -> None:
    text = '{"Logging": {}, "WebPubSub": {"Hubs": {"Chat": {"EventHandlers": [{"UrlTemplate": "u"}]}}}}'
    assert from_file(text) == ({"chat": {"eventhandlers": {"0": {"urltemplate": "u"}}}}, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not valid JSON: Expecting property name enclosed in double quotes in line 1, column 2"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "has no section WebPubSub"),
        ('{"Hubs": {}}', "has no section WebPubSub"),
        ('{"WebPubSub": {"Hubs": {"a": 1, "A": 2}}}', "the key 'A' is given twice"),
        ('{"WebPubSub": {"Hubs": []}}', None),
        ('{"WebPubSub": {"Hubs": "x"}}', "not an object of hubs"),
        ('{"WebPubSub": {"Hub": {}}}', "WebPubSub:hub: unknown"),
        ('{"WebPubSub": {"AccessKey": "secret"}}', "set EMULATOR_ACCESS_KEY instead"),
        ('{"WebPubSub": {"AllowUnvalidatedEntraTokens": true}}', "set EMULATOR_ALLOW_UNVALIDATED_ENTRA_TOKENS"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(text: str, problem: str | None) -> None:
    tree, lines = from_file(text)
    assert tree == {} or "a" in tree
    assert len(lines) == (problem is not None)
    assert all(line.startswith(PLACE) and str(problem) in line and "secret" not in line for line in lines)


def test_hubs_may_be_given_as_json_alone() -> None:
    problems = Problems()
    assert sources.from_json('{"Chat": {}}', PLACE, problems) == {"chat": {}}
    assert sources.from_json("[1]", PLACE, problems) == {"0": 1}
    assert sources.from_json("1", PLACE, problems) == {}
    assert problems.lines == [f'{PLACE}: not an object of hubs; expected {{"name": {{"EventHandlers": […]}}}}']


def test_variables_in_microsofts_spelling_are_paths() -> None:
    tree, lines = from_environment(
        WebPubSub__Hubs__Chat__EventHandlers__0__UrlTemplate="u",
        WEBPUBSUB__HUBS__CHAT__EVENTHANDLERS__0__SYSTEMEVENTS__1="connected",
    )
    assert tree == {"chat": {"eventhandlers": {"0": {"urltemplate": "u", "systemevents": {"1": "connected"}}}}}
    assert lines == []


def test_other_variables_and_empty_ones_are_not_ours() -> None:
    given = {"WebPubSub__Hubs__a": "1", "WEBPUBSUB_CONNECTION_STRING": "x", "WebPubSub__Hubs__b": "", "PATH": "/"}
    assert sources.foreign_variables(given) == {"WebPubSub__Hubs__a": "1"}


@pytest.mark.parametrize(
    "variables",
    [
        {"WebPubSub__Hubs____x": "1"},
        {"WebPubSub__Hubs__a": "1", "WebPubSub__Hubs__a__b": "2"},
        {"WebPubSub__Hubs__a__b": "2", "WebPubSub__Hubs__a": "1"},
        {"WebPubSub__Hubs__a": "1", "WEBPUBSUB__HUBS__A": "2"},
        {"WebPubSub__AccessKey": "secret"},
    ],
)
def test_variables_that_contradict_each_other_or_lead_nowhere_are_named(variables: dict[str, str]) -> None:
    _tree, lines = from_environment(**variables)
    assert len(lines) == 1
    assert "secret" not in lines[0]


def test_what_comes_later_counts_path_by_path() -> None:
    one = {"a": {"x": "1", "list": {"0": "p", "1": "q"}}, "b": "1"}
    two = {"a": {"y": "2", "list": {"1": "r"}}, "b": {"z": "3"}}
    assert sources.merged([one, two]) == {
        "a": {"x": "1", "y": "2", "list": {"0": "p", "1": "r"}},
        "b": {"z": "3"},
    }
