"""Which subprotocol a client gets."""

import pytest

from emulator import protocols
from emulator.errors import RefusedError
from emulator.protocols.json import JSON

PLAIN = "json.webpubsub.azure.v1"
RELIABLE = "json.reliable.webpubsub.azure.v1"


@pytest.mark.parametrize(
    ("offered", "spelled"),
    [
        ([PLAIN], PLAIN),
        ([PLAIN.upper()], PLAIN.upper()),
        (["foo", PLAIN], PLAIN),
        ([PLAIN, RELIABLE], PLAIN),
    ],
)
def test_the_first_known_one_is_selected_in_the_clients_spelling(offered: list[str], spelled: str) -> None:
    assert protocols.select(offered) == (spelled, JSON)


@pytest.mark.parametrize("offered", [[], ["foo"], ["mqtt", "bar"]])
def test_without_a_known_one_the_client_is_a_simple_one(offered: list[str]) -> None:
    assert protocols.select(offered) is None


@pytest.mark.parametrize("name", [RELIABLE, "protobuf.webpubsub.azure.v1", "PROTOBUF.reliable.webpubsub.azure.v1"])
def test_one_that_is_not_built_is_refused_by_name_also_with_a_built_one_behind(name: str) -> None:
    with pytest.raises(RefusedError, match=name.lower()) as caught:
        protocols.select([name, PLAIN])
    assert caught.value.status == 400
    assert protocols.first_known([name, PLAIN]) == name
