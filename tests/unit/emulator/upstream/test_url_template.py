"""Where event handlers are."""

import pytest

from emulator.upstream.url_template import UrlTemplate, without_secrets


@pytest.mark.parametrize(
    ("template", "url"),
    [
        ("http://h/{hub}/{event}", "http://h/chat/a.b"),
        ("https://h:1/{HUB}{Event}?x={event}", "https://h:1/chata.b?x=a.b"),
        ("http://[::1]:7071/api?code=a%2Bb==", "http://[::1]:7071/api?code=a%2Bb=="),
        ("http://h/{other}/{}", "http://h/%7Bother%7D/%7B%7D"),
        ("http://h", "http://h"),
    ],
)
def test_hub_and_event_are_put_in_and_the_rest_is_kept(template: str, url: str) -> None:
    assert UrlTemplate(template).expand("chat", "a.b") == url


def test_names_are_percent_encoded() -> None:
    assert UrlTemplate("http://h/{hub}").expand("a`,[]", "e") == "http://h/a%60%2C%5B%5D"


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/url)}", "Key Vault references"),
        ("https://h/?code={@microsoft.keyvault(SecretUri=x)}", "Key Vault references"),
        ("tunnel:///chat", "tunnel://"),
        ("TUNNEL://h/chat", "tunnel://"),
        ("h/eventhandler", "with a host"),
        ("ftp://h/", "http:// or https://"),
        ("http:///path", "with a host"),
        ("http://{hub}.example/", "placeholder stands in the host"),
        ("http://user:word@h/", "user or password"),
        ("http://h:port/", "cannot be parsed|can be parsed"),
        ("http://h:99999/", "can be parsed"),
        ("http://[::1/", "can be parsed"),
        ("http://h/a b", "percent-encoded"),
        ("http://h/é", "percent-encoded"),
        ("http://h/\n", "percent-encoded"),
    ],
)
def test_what_cannot_be_called_is_refused_by_name_and_not_repeated(template: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        UrlTemplate(template)
    assert template not in str(caught.value)


def test_a_key_in_the_query_never_shows() -> None:
    template = UrlTemplate("http://h/{event}?code=secret#secret")
    assert (repr(template), template.shown) == ("UrlTemplate('http://h/{event}')", "http://h/{event}")
    assert without_secrets("http://h/a?code=secret") == "http://h/a"
