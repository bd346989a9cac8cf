import pytest

from negotiate_service.trusted import address, parse


def test_addresses_networks_and_names_are_told_apart() -> None:
    found = parse(" 10.0.0.0/8, 192.0.2.1 ,[::1],fd00::/8, viewer,,proxy.internal")
    assert [str(network) for network in found.networks] == ["10.0.0.0/8", "192.0.2.1/32", "::1/128", "fd00::/8"]
    assert found.names == ("viewer", "proxy.internal")


@pytest.mark.parametrize("item", ["10.0.0.0/33", "10.0.0", "300.1.1.1", "viewer:80", "http://viewer", "*", "a b"])
def test_anything_else_is_named_and_refused(item: str) -> None:
    with pytest.raises(ValueError, match="is no address, no network") as caught:
        parse(f"viewer,{item}")
    assert repr(item) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("::ffff:10.0.0.1", "10.0.0.1"), ("fe80::1%eth0", "fe80::1"), ("192.0.2.1", "192.0.2.1"), ("::1", "::1")],
)
def test_a_peers_address_is_read_in_every_form(text: str, expected: str) -> None:
    assert str(address(text)) == expected
