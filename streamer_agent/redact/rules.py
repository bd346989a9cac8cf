"""The built-in rules: what secrets look like in log lines. Masks nothing itself.

Expressions are RE2's, so every search takes time linear in the length of the line. They see one line at a time, as it
stands in the log: values may be JSON, JSON within JSON (`\\"`), or have their `=`, `+` and `/` escaped as `\\u003d`,
`\\u002B`, `\\/` or `%3D`. Where secrets and ordinary words can look alike, a rule asks for the name before the value.
"""

from base64 import b64encode
from typing import NamedTuple

PEM = "pem"
"""The rule whose secrets have many lines (pem.py)."""


class Rule(NamedTuple):
    """One kind of secret."""

    name: str
    """Label of the counter, and what the mask says."""
    trigger: str
    """An expression that is cheap, and matches in every line in which `pattern` does: most lines are told by it alone.
    It has no counted repetitions, which would make many states of it."""
    pattern: str
    """What is masked: the groups if there are any, else all of the match."""


_EQUALS = r"(?:=|\\+u003[dD]|%3[dD])"
_QUOTE = r"""\\*["']"""
_VALUE = r"""(?:[^\s;"'&\\]|\\+u00(?:2[bBfF]|3[dD])|\\+/)+"""
"""The value of a connection string's key or of a URL's parameter. The escapes are those of base64's characters."""
_KEYS = (
    r"(?i:accesskey|accountkey|sharedaccesssignature|password|passwd|pwd|secret|access_key|account_key|api_?key|api-key"
    r"|secret_?key|passphrase)"
)
"""Ends of names, so that SharedAccessKey and DB_PASSWORD are among them."""
_BLANKS = r"(?:[ \t]|\\+t)*"
_ASSIGNED = rf"{_BLANKS}{_EQUALS}"
"""Configuration files have blanks there, AWS's credentials among them."""
_NO_END = r"(?:[^\s{0}\\,:}}\]]|[,:}}\]][^\s{0}\\,:}}\]])"
"""How a quoted value begins: not as what follows a JSON string that surrounds the whole."""
_QUOTED_VALUE = "|".join(
    [rf"\\*{quote}({_NO_END.format(quote)}(?:[^{quote}\\]|\\[^{quote}\\])*)" for quote in "\"'"] + [r"\{([^}\s][^}]*)}"]
)
"""With blanks and semicolons in it, as connection strings may have them."""
_PARAMETERS = r"(?i:token|\bsig|signature)"
"""access_token, refresh-token and X-Amz-Signature end so."""
_SCHEMES = (
    r"(?i:basic|bearer|token|digest|negotiate|ntlm|api-?key|sharedkey(?:lite)?|sharedaccesssignature|aws4-[\w-]+)"
)

_HEADERS = r"(?i:x-(?:[a-z]+-)*(?:key|token)|ocp-apim-subscription-key|\bapi-key)"
"""Headers of HTTP that carry nothing but a key: X-Api-Key, X-Functions-Key, X-Amz-Security-Token and their like."""


def _in_base64(text: bytes) -> str:
    """An alternation of what base64 makes of `text`, which may begin at any of three places within a group of four."""
    forms = []
    for shift in range(3):
        encoded = b64encode(bytes(shift) + text).decode().rstrip("=")
        # The characters at both ends depend on the neighbours of `text` as well.
        forms.append(encoded[(0, 2, 3)[shift] : len(encoded) - ((shift + len(text)) % 3 > 0)])
    return "|".join(forms)


def _quoted(depth: int) -> str:
    """A quoted value, in a group, within JSON that is itself a JSON string, `depth` times over.

    The quotes at its ends then have 2^depth - 1 backslashes, one within it has more than twice as many.
    """
    escape = 2**depth - 1
    forms = (
        rf"\\{{{escape}}}{quote}((?:[^{quote}\\]|\\{{{2 * escape + 1},}}{quote}|\\+[^{quote}\\])+)" for quote in "\"'"
    )
    return "|".join(forms)


_ENCODED_KEYS = f"(?:{_in_base64(b'AccessKey=')}|{_in_base64(b'AccountKey=')})"

BUILT_IN = (
    Rule(
        PEM,
        r"-----BEGIN |LS0tLS1CRUdJTi",
        r"-----BEGIN [A-Z0-9 ]+-----(.*?)(?:-----END [A-Z0-9 ]+-----|$)|LS0tLS1CRUdJTi[A-Za-z0-9+/=]+",
    ),
    Rule(
        "jwt",
        r"eyJ|ZXlK",
        # The second is a token that was encoded once more, as in Kubernetes' secrets.
        r"eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)+\.?|\bZXlK[A-Za-z0-9+/]{30,}={0,2}",
    ),
    Rule("bearer", r"(?i:bearer)", r"\b(?i:bearer)(?:\s|\\t|%20|\+)+([A-Za-z0-9._~+/=-]{8,})"),
    Rule(
        "authorization",
        r"(?i:authorization)",
        rf"(?i:authorization)(?:{_QUOTE})?\s*[:=]\s*(?:{_QUOTE})?{_SCHEMES}\s+([^\s\"'\\]+)",
    ),
    Rule("connection-string", _KEYS + _ASSIGNED, f"{_KEYS}{_ASSIGNED}{_BLANKS}(?:{_QUOTED_VALUE}|({_VALUE}))"),
    Rule("connection-string", _ENCODED_KEYS, rf"[A-Za-z0-9+/]*{_ENCODED_KEYS}[A-Za-z0-9+/=]*"),
    Rule("url-parameter", _PARAMETERS + _EQUALS, _PARAMETERS + _EQUALS + rf"""["']?({_VALUE})"""),
    Rule(
        "url-credentials",
        r":\\*/\\*/[^\s/@\"'\\]+@",
        # A name may be a mail address, and a password that nobody escaped may hold an @.
        r":\\*/\\*/(?:[^\s/:\"'\\]*:([^\s/@\"'\\]+(?:@[^\s/@?#\"'\\]+)*)|([A-Za-z0-9_-]{20,}))@",
    ),
    Rule(
        "field",
        rf"(?i:{_KEYS}|token|private_?key|connection_?string){_QUOTE}\s*:\s*{_QUOTE}",
        rf"(?i:{_KEYS}|token|private_?key|connection_?string){_QUOTE}\s*:\s*(?:{'|'.join(map(_quoted, range(4)))})",
    ),
    Rule(
        "header",
        rf"{_HEADERS}(?:{_QUOTE})?\s*:",
        rf"{_HEADERS}(?:{_QUOTE})?\s*:\s*(?:{_QUOTE})?([^\s\"'\\,;]{{8,}})",
    ),
    Rule("aws-key", r"A(?:KIA|SIA|BIA|CCA)", r"(?:\b|_)((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})(?:\b|_)"),
    Rule("azure-key", r"JQQJ99", r"[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{10}[A-Za-z0-9+/=]*"),
    Rule("azure-key", "[A-Za-z0-9+/]" * 6 + "==", r"[A-Za-z0-9+/]{86}=="),
    Rule("azure-key", r"Q~", r"[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}"),
    Rule("github-token", r"gh[pousr]_|github_pat_", r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})"),
    Rule("gitlab-token", r"glpat-", r"\bglpat-[A-Za-z0-9_-]{20,}"),
    Rule(
        "slack-token",
        r"xox[a-z]-|xapp-|hooks\.slack\.com",
        r"\bxox[a-z]-[A-Za-z0-9-]{10,}|\bxapp-[A-Za-z0-9-]{10,}|hooks\.slack\.com\\?/services\\?/([A-Za-z0-9/\\]+)",
    ),
    Rule(
        "google-key",
        r"AIza|ya29\.|GOCSPX-",
        r"\bAIza[A-Za-z0-9_-]{35}|\bya29\.[A-Za-z0-9_-]{20,}|\bGOCSPX-[A-Za-z0-9_-]{20,}",
    ),
    Rule("stripe-key", r"[sr]k_(?:live|test)_|whsec_", r"\b(?:[sr]k_(?:live|test)|whsec)_[A-Za-z0-9+/=]{10,}"),
    Rule("ai-key", r"\bsk-", r"\bsk-[A-Za-z0-9_-]{20,}"),
    Rule("npm-token", r"npm_", r"\bnpm_[A-Za-z0-9]{36}"),
    Rule("pypi-token", r"pypi-A", r"\bpypi-A[A-Za-z0-9_-]{50,}"),
    Rule("sendgrid-key", r"\bSG\.", r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
)
"""Shapes of vendors' keys are those that the vendors publish for secret scanning."""
