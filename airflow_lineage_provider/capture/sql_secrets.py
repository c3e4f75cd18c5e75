"""Take secrets out of SQL that nobody has told the masker of: what a statement itself says is one."""

from __future__ import annotations

import re
from collections.abc import Iterator

_HIDDEN = "***"
_CONTAINERS = ("abfs", "abfss", "wasb", "wasbs")
"""Schemes whose text before the @ is a container, not a user."""
_URL_REST = re.compile(r"://([^\s'\"`<>]+)")
_URL_QUERY = re.compile(r"[?#][\w.~\-]*=")
_PORT = re.compile(r"\d*\Z")

_SECRET = re.compile(
    r"secret|passw(?:or)?d|passphrase|pwd|token(?!i[sz])|credential|authorization|signature|connection_?string"
    r"|key_?id|(?:access|account|api|auth|encryption|master|private|sas|shared|storage|symmetric)[._-]?key",
    re.IGNORECASE,
)
"""What is found in the name of an option that holds a secret."""
_LEAD = re.compile(
    r"(?<![\w.$\-])(?P<word>[\w.$\-]++)(?P<quoted>[\"`'\]]?)\s*+(?P<sign>=>|:=|=|:)?+\s*+(?P<open>\(?+)\s*+"
    r"(?:[NEBX]|U&)?\Z",
    re.IGNORECASE,
)
"""What stands before a literal and may say that it is a secret."""
_ACCOUNT = re.compile(
    r"\bIDENTIFIED\s+(?:WITH\s+\S{1,60}\s+)?(?:BY|AS)(?:\s+PASSWORD)?\s*\Z|\bIDENTIFIED\b[^;]{1,150}\bREPLACE\s*\Z"
    r"|\bPASSWORD\s+FOR\b[^;]{1,150}=\s*\Z|\bPRAGMA\s+(?:\w{1,60}\.)?(?:hex)?(?:re)?key\s*[=(]\s*\Z"
    r"|\b(?:CREDENTIALS|ACCESS_KEY(?:_ID)?|SYMMETRIC_KEY|SESSION_TOKEN)\s+AS\s*\Z",
    re.IGNORECASE,
)
_ACCOUNT_WORD = re.compile(r"identified|password|pragma|\bAS\Z", re.IGNORECASE)
_BARE = re.compile(
    r"(\bIDENTIFIED\s+BY\s+)(?!(?:PASSWORD|VALUES|RANDOM)\b)[^\s;'\"`:%?@$*][^\s;'\"`]*", re.IGNORECASE
)
"""A password that is written like a name."""
_LOOKED_BACK = 200
"""Characters before a literal in which what it is for is looked for."""
_STANDARD = re.compile(
    r"'[^']*+(?:''[^']*+)*+'?|\"[^\"]*+(?:\"\"[^\"]*+)*+\"?|\$(?:[A-Za-z_]\w{0,60})?\$|--[^\n]*+|/\*.*?(?:\*/|\Z)",
    re.DOTALL,
)
_ESCAPED = re.compile(
    r"'(?:[^'\\]++|''|\\.)*+'?|\"(?:[^\"\\]++|\"\"|\\.)*+\"?|\$(?:[A-Za-z_]\w{0,60})?\$|--[^\n]*+|/\*.*?(?:\*/|\Z)",
    re.DOTALL,
)
"""Texts, quoted names and comments; in some databases a backslash takes its meaning from a quote."""
_PAIR = re.compile(r"(?<![\w/.\-])([\w.\-]++)['\"]{0,2}+\s*+[=:]\s*+")
_VALUE = re.compile(r"''[^']{0,500}''|\"[^\"]{0,500}\"|\{[^}]{0,500}\}|[^\s;&,'\"]+")
"""``password=... token: ...`` inside a text: options of a connection."""


def hide_secrets(sql: str) -> str:
    """The same SQL with ``***`` for the literals that passwords, keys and tokens are given in.

    User and query go from every URL. All else, the names of tables and files above all, stays as it is. Errs on the
    side of hiding: ``WHERE token = 'x'`` loses its value too. Time grows with the length of the text alone.
    """
    text = sql.lower()
    if not (
        "://" in text or "secret" in text or "passw" in text or "passphrase" in text or "pwd" in text
        or "token" in text or "_key" in text or "-key" in text or ".key" in text or "keyid" in text
        or "key_id" in text or "apikey" in text or "accountkey" in text or "accesskey" in text
        or "identified" in text or "credential" in text or "authorization" in text or "signature" in text
        or "connection_string" in text or "connectionstring" in text or "pragma" in text
    ):  # fmt: skip
        return sql
    if "://" in sql:
        sql = _URL_REST.sub(_without_credentials, sql)
    if (
        "://" not in text
        and _SECRET.search(sql) is None
        and "identified" not in text
        and "pragma" not in text
    ):
        return sql
    sql = "".join(_hidden(sql, _STANDARD))
    if "\\" in sql:
        # Which of two ways it is to be read nobody here knows.
        sql = "".join(_hidden(sql, _ESCAPED))
    return _BARE.sub(rf"\1{_HIDDEN}", sql) if "identified" in text else sql


def _without_credentials(url: re.Match[str]) -> str:
    rest = url[1]
    if (query := _URL_QUERY.search(rest)) is not None:
        rest = rest[: query.start()]
    authority, slash, path = rest.partition("/")
    user, at, host = authority.rpartition("@")
    if at:
        begins = url.string[max(0, url.start() - 6) : url.start()].lower()
        is_container = begins.endswith(_CONTAINERS) and ":" not in user
        return f"://{rest}" if is_container else f"://{host}{slash}{path}"
    name, colon, port = authority.partition(":")
    if colon and name and not _PORT.match(port) and "@" in path:
        # A password with a slash in it, as keys of S3 have them.
        return f"://{path.rpartition('@')[2]}"
    return f"://{rest}"


def _hidden(sql: str, tokens: re.Pattern[str], *, is_comment: bool = False) -> Iterator[str]:
    """The text in parts."""
    done = at = 0
    while (found := tokens.search(sql, at)) is not None:
        start, at = found.span()
        token = found[0]
        if token[0] in "-/":
            yield sql[done:start]
            if is_comment:
                yield token
            else:
                yield token[:2]
                yield from _hidden_options("".join(_hidden(token[2:], tokens, is_comment=True)))
        elif token[0] == "$":
            if not _is_secret(sql, start, "'"):
                # The body of a function is SQL itself.
                continue
            end = sql.find(token, at)
            at = len(sql) if end < 0 else end + len(token)
            yield sql[done:start]
            yield f"'{_HIDDEN}'"
        else:
            quote = token[0]
            yield sql[done:start]
            if _is_secret(sql, start, quote) and not (quote == '"' and sql.startswith(".", at)):
                yield f"{quote}{_HIDDEN}{quote}"
            else:
                yield "".join(_hidden_options(token)) if "=" in token or ":" in token else token
        done = at
    yield sql[done:]


def _is_secret(sql: str, start: int, quote: str) -> bool:
    """Tell by what stands before it whether a literal is a secret.

    :param quote: what it begins with; what is in double quotes may as well be the name of a column or a table.
    """
    before = sql[max(0, start - _LOOKED_BACK) : start].rstrip()
    if before.rstrip("( \n")[-1:] in ("", ",", ")"):
        # One of a list of values, as most are.
        return False
    lead = _LEAD.search(before)
    if lead is not None and _SECRET.search(lead["word"]):
        if quote == '"':
            if lead["sign"] and not lead["quoted"] and not lead["open"] and "." not in lead["word"]:
                return True
        elif lead["sign"] or lead["quoted"] != "'":
            return True
    return _ACCOUNT_WORD.search(before) is not None and _ACCOUNT.search(before) is not None


def _hidden_options(text: str) -> Iterator[str]:
    done = 0
    for pair in _PAIR.finditer(text):
        if pair.end() >= done and _SECRET.search(pair[1]) and (value := _VALUE.match(text, pair.end())):
            yield text[done : pair.end()]
            yield _HIDDEN
            done = value.end()
    yield text[done:]
