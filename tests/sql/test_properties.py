from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings, strategies as st
from sqlglot.dialects.dialect import Dialects

from airflow_lineage_provider.sql.redaction import fingerprint, redact_literals
from airflow_lineage_provider.sql.script import Script, parse_scripts
from tests.sql.corpus import CORPUS

DIALECTS = st.sampled_from([one.value for one in Dialects])
# No database speaks these, and strings and names look different in them.
SPOKEN = DIALECTS.filter(lambda dialect: dialect not in {"dax", "prql", "solr", "tableau"})
WORDS = st.sampled_from(
    sorted(
        {word for row in CORPUS for word in re.findall(r"\w+|[^\w\s]", row[1])} | {";", "'", '"', "$$", "`"}
    )
)
WORD_SALAD = st.lists(WORDS, max_size=30).map(" ".join)
SQLISH = st.text(alphabet="abSELECTFROMINTO *,.;()'\"`$%{}[]#@:-+/\\0123\n", max_size=80)
SLOW_MACHINE = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SECRET = st.text(alphabet="qxzjk", min_size=6, max_size=12)
FORMS = [
    "SELECT a, 'L', N FROM t WHERE b = 'L' AND c > N",
    "INSERT INTO t (a, b) VALUES ('L', N), (N, 'L')",
    "UPDATE t SET a = 'L' WHERE b BETWEEN N AND N",
    "CALL p('L', N)",
    "COPY t FROM 'L'",
    "SELECT CASE WHEN a = 'L' THEN N ELSE 'L' END FROM t -- L",
    "SELEC FROM WHERE 'L' ) N",
    "SELECT 'L' || 'L' || \"a\" FROM t /* L */",
]


@SLOW_MACHINE
@given(sql=st.one_of(st.text(max_size=80), SQLISH, WORD_SALAD), dialect=DIALECTS)
def test_any_text_is_answered_and_never_raises(sql: str, dialect: str) -> None:
    for statement in parse_scripts([Script(sql, dialect, "c", "s")])[0]:
        assert len(statement.fingerprint) == 64
        assert statement.error is None or "\n" not in statement.error.message


@SLOW_MACHINE
@given(row=st.sampled_from(CORPUS), data=st.data())
def test_mutated_statements_never_raise(row: tuple[str, ...], data: st.DataObject) -> None:
    sql = row[1]
    at = data.draw(st.integers(0, len(sql)))
    length = data.draw(st.integers(0, 8))
    dialect = data.draw(st.one_of(st.just(row[0]), DIALECTS))
    parse_scripts([Script(sql[:at] + data.draw(SQLISH) + sql[at + length :], dialect)])


# What one statement leaves to the next: temporary tables, defaults, and columns of tables it made.
LEAVES_SOMETHING = re.compile(
    r"\b(temp|temporary|volatile|cache|use|create|drop|undrop|alter|into|rename|declare|begin|do|set|set_config)\b|#|@",
    re.IGNORECASE,
)
ALONE = [
    one
    for one in CORPUS
    if one[2] in {"INSERT", "DELETE", "UPDATE", "MERGE", "COPY", "LOAD", "TRUNCATE"}
    or not LEAVES_SOMETHING.search(one[1])
]
ALONE_IN = {
    dialect: [one[1] for one in ALONE if one[0] == dialect and "$$" not in one[1]] for dialect, *_ in ALONE
}


@SLOW_MACHINE
@given(data=st.data())
def test_a_list_yields_what_each_of_its_statements_yields_alone(data: st.DataObject) -> None:
    dialect = data.draw(st.sampled_from(sorted(one for one, sqls in ALONE_IN.items() if sqls)))
    chosen = data.draw(st.lists(st.sampled_from(ALONE_IN[dialect]), min_size=1, max_size=5))
    alone = [statement for sql in chosen for statement in parse_scripts([Script(sql, dialect, "c", "s")])[0]]
    [together] = parse_scripts([Script(";\n".join(chosen), dialect, "c", "s")])
    assert together == alone
    apart = parse_scripts([Script(sql, dialect, "c", "s") for sql in chosen])
    assert [statement for script in apart for statement in script] == alone


@SLOW_MACHINE
@given(form=st.sampled_from(FORMS), text=SECRET, number=st.integers(100_000, 10**9), dialect=SPOKEN)
def test_redacted_text_holds_no_literal(form: str, text: str, number: int, dialect: str) -> None:
    sql = re.sub(r"\bL\b", text, re.sub(r"\bN\b", str(number), form))
    [[statement]] = parse_scripts([Script(sql, dialect)])
    message = statement.error.message if statement.error else ""
    for shown in (redact_literals(sql, dialect), statement.redacted, message):
        assert text not in shown
        assert str(number) not in shown


@SLOW_MACHINE
@given(
    form=st.sampled_from(FORMS[:6]),
    literals=st.tuples(SECRET, SECRET, st.integers(0, 10**9), st.integers(0, 10**9)),
    space=st.sampled_from([" ", "  ", "\n", "\t", " /* c */ ", " -- c\n"]),
    dialect=st.sampled_from(["postgres", "snowflake", "bigquery", "tsql", "sqlite", "duckdb"]),
)
def test_fingerprint_ignores_space_literals_and_keyword_case(
    form: str, literals: tuple[str, str, int, int], space: str, dialect: str
) -> None:
    form = form.removesuffix(" -- L")
    first, second, one, two = literals
    left = re.sub(r"\bL\b", first, re.sub(r"\bN\b", str(one), form))
    # Lower the keywords before the literals come in.
    right = re.sub(r"\bl\b", second, re.sub(r"\bn\b", str(two), form.lower().replace(" ", space)))
    assert fingerprint(left, dialect) == fingerprint(right, dialect)
