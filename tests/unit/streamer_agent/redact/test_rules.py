"""rules: secrets of every kind are masked in the forms that logs have them in, and ordinary lines stay as they are."""

import json
from base64 import b64encode

import pytest

from streamer_agent.block import EpochKey, LineBlock
from streamer_agent.redact.redactor import Redactor
from streamer_agent.redact.rules import BUILT_IN

KEY = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH"
CONNECTION = f"Endpoint=https://x.webpubsub.azure.com;AccessKey={KEY};Version=1.0;"
JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"

SECRETS = {
    # line: (what must not be left of it, rule)
    f"token {JWT} refused": (JWT[30:], "jwt"),
    f"secret {b64encode(JWT.encode()).decode()}": (b64encode(JWT.encode()).decode()[8:40], "jwt"),
    "Authorization: Bearer abcdef0123456789": ("abcdef0123456789", "bearer"),
    '"authorization":"Basic dXNlcjpwYXNz"': ("dXNlcjpwYXNz", "authorization"),
    CONNECTION: (KEY, "connection-string"),
    "SharedAccessKeyName=Root;SharedAccessKey=abc+/def=;": ("abc+/def=", "connection-string"),
    "AccountName=a;AccountKey=abc==;EndpointSuffix=core": ("abc==", "connection-string"),
    r"AccountKey\u003dab\u002Bcd\/ef==;Suffix": ("cd", "connection-string"),
    "Server=db;User ID=sa;Password=hunter2;": ("hunter2", "connection-string"),
    "DB_PASSWORD=hunter2": ("hunter2", "connection-string"),
    "Server=db;Password='two words; and more';": ("words", "connection-string"),
    "Server=db;Password=\"two 'words'\";": ("words", "connection-string"),
    "Driver=x;PWD={a;b};Encrypt=yes": ("a;b", "connection-string"),
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG": ("wJalrXUtnFEMI", "connection-string"),
    "AccountKey =\tabc==": ("abc==", "connection-string"),
    "secret_key=hunter2": ("hunter2", "connection-string"),
    "https://user:hunter2@example.org/": ("hunter2", "url-credentials"),
    "postgres://u:pa@SECRET@h/db": ("SECRET", "url-credentials"),
    "smtp://me@example.org:hunter2@mail:587": ("hunter2", "url-credentials"),
    r"{\"url\":\"https:\/\/user:hunter2@example.org\"}": ("hunter2", "url-credentials"),
    "GET /client?access_token=abc123&x=1": ("abc123", "url-parameter"),
    "GET /blob?sv=1&sig=ab%2Bcd%3D&se=2": ("ab%2Bcd", "url-parameter"),
    "GET /?token=abc123 200": ("abc123", "url-parameter"),
    '{"password":"hun\\"ter2","user":"x"}': ("ter2", "field"),
    json.dumps({"inner": json.dumps({"client_secret": 'hun"ter2', "user": "x"})}): ("ter2", "field"),
    "{'api_key': 'hunter2'}": ("hunter2", "field"),
    '{"secretKey":"hunter2"}': ("hunter2", "field"),
    "X-Api-Key: 0123456789abcdef": ("0123456789abcdef", "header"),
    '"x-amz-security-token":"FwoGZXIvYXdzEBYaD"': ("FwoGZXIvYXdz", "field"),
    "ocp-apim-subscription-key:0123456789abcdef": ("0123456789abcdef", "header"),
    "_AKIAIOSFODNN7EXAMPLE_": ("IOSFODNN7", "aws-key"),
    "AKIAIOSFODNN7EXAMPLE": ("IOSFODNN7", "aws-key"),
    "a" * 52 + "JQQJ99" + "B" * 10 + "XJ3w3AAA" + "BACOG" + "1234": ("JQQJ99", "azure-key"),
    "A" * 86 + "==": ("AAAA", "azure-key"),
    "abc8Q~" + "d" * 34: ("dddd", "azure-key"),
    "ghp_" + "a" * 36: ("aaaa", "github-token"),
    "github_pat_" + "a" * 82: ("aaaa", "github-token"),
    "glpat-" + "a" * 20: ("aaaa", "gitlab-token"),
    "xoxb-123456789012-abcdef": ("123456", "slack-token"),
    "https://hooks.slack.com/services/T0/B0/xyz123": ("xyz123", "slack-token"),
    "AIza" + "b" * 35: ("bbbb", "google-key"),
    "sk_live_abcdefghij1234": ("abcdefghij", "stripe-key"),
    "sk-proj-abcdefghij0123456789": ("abcdefghij", "ai-key"),
    "npm_" + "a" * 36: ("aaaa", "npm-token"),
    "pypi-AgEI" + "a" * 60: ("aaaa", "pypi-token"),
    "SG." + "a" * 22 + "." + "b" * 43: ("bbbb", "sendgrid-key"),
    "-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n": ("MIIE", "pem"),
    f"key-data: {b64encode(b'-----BEGIN RSA PRIVATE KEY-----MIIE').decode()}": ("FURSBLRVk", "pem"),
}

ORDINARY = (
    '10.0.0.1 - - [23/Nov/2026:23:09:00 +0000] "GET /api/items/17?page=2&sort=asc HTTP/1.1" 200 512 "-" "Mozilla/5.0"',
    "2026-11-23T23:09:00Z INFO the bearer of bad news was asked for a token",
    "assert a == b, config=5 design=3 key=7 tokens=512",
    "authorization: denied for user 7",
    "password: incorrect",
    "x-request-id: 0123456789abcdef, x-cache-key: none",
    "GET https://user@example.org:8080/a?mail=x@y",
    "commit 3f786850e387550fdab836ed7e6dc881de23001b",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  file.tar",
    "see https://example.org/a@b and mail a:b@example.org",
    "================ 12 passed ================",
    "",
)


def redacted(line: str) -> tuple[str, Redactor]:
    redactor = Redactor(BUILT_IN, 65_536)
    block = LineBlock(EpochKey("aaaaaaaa", 1), "p", 0, [len(line.encode()) + 1], [line])
    redactor.redact(block)
    return block.lines[0], redactor


@pytest.mark.parametrize(("line", "secret", "rule"), [(line, *facts) for line, facts in SECRETS.items()])
def test_a_secret_is_masked_and_counted(line: str, secret: str, rule: str) -> None:
    assert secret in line
    masked, redactor = redacted(line)
    assert secret not in masked
    assert f"[redacted:{rule}]" in masked
    assert redactor.masked[rule] >= 1


@pytest.mark.parametrize("line", SECRETS)
def test_it_is_masked_within_json_too(line: str) -> None:
    secret, _ = SECRETS[line]
    masked, _ = redacted(json.dumps({"message": json.dumps({"message": line})}))
    assert secret not in masked


@pytest.mark.parametrize("shift", range(3))
@pytest.mark.parametrize("text", [CONNECTION, "DefaultEndpointsProtocol=https;AccountKey=abc==;"])
def test_a_connection_string_is_masked_within_base64(text: str, shift: int) -> None:
    encoded = b64encode(b"x" * shift + text.encode()).decode()
    masked, _ = redacted(f"data: {encoded}")
    assert masked == "data: [redacted:connection-string]"


@pytest.mark.parametrize("line", ORDINARY)
def test_an_ordinary_line_stays_as_it_is(line: str) -> None:
    assert redacted(line)[0] == line


def test_what_stands_around_a_secret_is_left() -> None:
    assert redacted(CONNECTION)[0] == CONNECTION.replace(KEY, "[redacted:connection-string]")
    assert redacted("https://user:hunter2@h/x")[0] == "https://user:[redacted:url-credentials]@h/x"


def test_what_surrounds_a_connection_string_in_json_is_left() -> None:
    line = '{"connection":"Server=db;Password=","next":"x"}'
    assert redacted(line)[0] == line
    masked, _ = redacted('{"connection":"Server=db;Password=hunter2","next":"x y"}')
    assert json.loads(masked) == {"connection": "Server=db;Password=[redacted:connection-string]", "next": "x y"}


def test_an_address_behind_the_host_is_no_part_of_the_password() -> None:
    assert redacted("https://u:hunter2@h?to=a@b")[0] == "https://u:[redacted:url-credentials]@h?to=a@b"


def test_what_one_rule_masked_is_not_counted_by_another() -> None:
    masked, redactor = redacted(f"?access_token={JWT}")
    assert masked == "?access_token=[redacted:jwt]"
    assert redactor.masked.total() == 1


def test_every_rule_is_tried() -> None:
    assert {rule for _, rule in SECRETS.values()} == {rule.name for rule in BUILT_IN}
