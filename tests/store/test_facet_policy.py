from __future__ import annotations

from airflow_lineage_provider.model.error_text import clean_message
from airflow_lineage_provider.store import facet_policy
from airflow_lineage_provider.store.facet_policy import kept_facets


def test_sql_loses_its_literals_wherever_a_provider_puts_it() -> None:
    kept = kept_facets(
        {
            "externalQuery": {"query": {"query": "SELECT a FROM t WHERE ssn = '123-45'"}},
            "job": {"properties": '{"text": "SELECT a FROM t WHERE mail = \'bob@example.com\'"}'},
            "many": {"queries": ["SELECT a FROM t WHERE n = '678-90'"]},
            "inner": {"deep": [{"errorMessage": {"stackTrace": "hunter2"}}]},
        }
    )
    for literal in ("123-45", "bob@example.com", "678-90", "hunter2"):
        assert literal not in str(kept)
    assert "FROM t" in str(kept["many"])


def test_messages_lose_sql_quoted_values_and_credentials() -> None:
    cleaned = clean_message(
        "403 for https://u:pw@acct.blob/c?sig=SECRET of 'no name at all' in relation \"orders\" "
        "[SQL: select 1 where ssn='123-45'] [parameters: ('x',)]"
    )
    assert cleaned == "403 for https://acct.blob/c of '?' in relation \"orders\""


def test_a_text_that_is_harmless_under_one_key_is_cleaned_under_another() -> None:
    said = "no 'such thing' here"
    assert kept_facets({"a": {"note": said}})["a"]["note"] == said
    for key in ("message", "sql", "queries"):
        assert "such thing" not in str(kept_facets({"b": {key: said, "list": {key: [said]}}}))
        assert kept_facets({"c": {"note": [said]}})["c"]["note"] == [said]


def test_what_holds_a_secret_is_never_remembered() -> None:
    secret = "s3://user:hunter2@bucket/x"
    body = {
        "address": secret,
        "namespace": "s3://user:hunter2@bucket",
        "name": "x",
        "sql": "SELECT 'hunter2'",
    }
    for _ in range(2):
        assert "hunter2" not in str(kept_facets({"a": body}))
    assert "hunter2" not in str(facet_policy._plain) + str(facet_policy._plain_names)
