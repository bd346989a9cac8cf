"""What is taken without a limit, and told."""

from structlog.testing import capture_logs

from emulator import unlimited
from emulator.hub import Hub
from tests.unit.emulator.doubles import connection


def test_a_token_is_told_when_it_is_longer_than_those_of_others_may_be() -> None:
    with capture_logs() as logs:
        unlimited.token("chat", 4096)
    assert logs == []
    with capture_logs() as logs:
        unlimited.token("chat", 4097)
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("long_token_accepted", "warning")]


def test_a_connection_is_told_once_on_its_way_into_many_groups() -> None:
    hub, one = Hub("chat", unlimited.joined), connection()
    with capture_logs() as logs:
        for number in range(1500):
            hub.join(one, f"g{number}")
    assert [(entry["event"], entry["groups"]) for entry in logs] == [("many_groups_joined", 1001)]
