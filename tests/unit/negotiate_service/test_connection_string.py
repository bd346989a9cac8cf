import pytest

from negotiate_service.connection_string import parse


def test_c001_port_is_added_to_the_endpoint() -> None:
    found = parse("Endpoint=http://localhost;Port=8080;AccessKey=K;Version=1.0;")
    assert (found.endpoint, found.access_key) == ("http://localhost:8080", "K")


def test_c002_order_and_case_are_free_and_the_key_keeps_its_padding() -> None:
    found = parse(" version=1.0; accesskey=QUJD==;;ENDPOINT=https://a.webpubsub.azure.com/ ")
    assert (found.endpoint, found.access_key) == ("https://a.webpubsub.azure.com", "QUJD==")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("AccessKey=s3cret;Version=1.0", "has no Endpoint"),
        ("Endpoint=;AccessKey=s3cret", "has no Endpoint"),
        ("Endpoint=https://a;Version=1.0", "has no AccessKey"),
        ("Endpoint=https://a;AccessKey=;", "has no AccessKey"),
        ("s3cret", "part 1 of the connection string has no '='"),
        ("Endpoint=https://a;s3cret", "part 2 of the connection string has no '='"),
        ('"Endpoint=https://a;AccessKey=s3cret"', "begins with a quote"),
        ("Endpoint=s3cret;AccessKey=s3cret", "Endpoint is not usable: expected a URL"),
        ("Endpoint=ftp://a;AccessKey=s3cret", "Endpoint is not usable: expected a URL"),
        ("Endpoint=https://s3cret@a;AccessKey=s3cret", "Endpoint is not usable: expected a URL without user name"),
        ("Endpoint=https://a:s3cret;AccessKey=s3cret", "Endpoint is not usable"),
        ("Endpoint=https://a;Port=s3cret;AccessKey=s3cret", "Port is not usable"),
        ("Endpoint=https://a;Port=70000;AccessKey=s3cret", "Port is not usable"),
    ],
)
def test_c003_a_broken_one_is_explained_without_its_content(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem) as caught:
        parse(text)
    assert "s3cret" not in str(caught.value)


def test_the_key_is_in_no_repr() -> None:
    assert "s3cret" not in repr(parse("Endpoint=https://a;AccessKey=s3cret"))
