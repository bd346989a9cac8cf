import pytest

from tests.support.secret_scan import assert_no_secrets, secrets_in

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJzdHJlYW0ifQ.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "text",
    [
        f"a token {JWT} in text",
        "ws://localhost/client?access_token=opaque",
        "Endpoint=http://h;AccessKey=abc=;Version=1.0;",
        "authorization: bearer abc",
        "the key is hush",
    ],
)
def test_secret_is_found_and_not_repeated(text: str) -> None:
    with pytest.raises(AssertionError, match="the log shows 1 secrets") as error:
        assert_no_secrets("the log", text, ["hush"])
    assert JWT not in str(error.value)


@pytest.mark.parametrize(
    "text", ["access_token=***", "AccessKey=***;", "Authorization: Bearer ***", "Bearer {key}", "eyJust a word"]
)
def test_masked_secret_is_none(text: str) -> None:
    assert secrets_in(text, ["hush"]) == []
