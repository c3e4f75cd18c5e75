"""Cursors of pages: what goes in comes out, and nothing else comes in."""

from __future__ import annotations

import string
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta, timezone

import pytest
from fastapi import HTTPException
from hypothesis import given, strategies as st

from airflow_lineage_provider.api.cursor import _checksum, decode_cursor, encode_cursor

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=300)
values = st.lists(
    st.none()
    | texts
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])),
    max_size=6,
)


def refused(text: str, *kinds: type, scope: str = "") -> None:
    with pytest.raises(HTTPException) as error:
        decode_cursor(text, *kinds, scope=scope)
    assert error.value.status_code == 400
    assert "next_cursor" in error.value.detail


@given(values, texts)
def test_what_is_encoded_comes_back(row: list[object], scope: str) -> None:
    text = encode_cursor(row, scope=scope)  # type: ignore[arg-type]
    assert decode_cursor(text, scope=scope) == tuple(row)
    assert set(text) <= set(string.ascii_letters + string.digits + "-_")


@given(values, st.data())
def test_a_changed_letter_is_refused(row: list[object], data: st.DataObject) -> None:
    text = encode_cursor(row)  # type: ignore[arg-type]
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters())
    changed = text[:place] + letter + text[place + 1 :]
    if changed != text:
        refused(changed)


@given(st.text())
def test_any_text_is_refused_and_nothing_else_is_raised(text: str) -> None:
    refused(text)


@pytest.mark.parametrize(
    "body",
    [
        b'["\\u0000"]',
        b'["\\ud800"]',
        b"[9223372036854775808]",
        b"[true]",
        b"[[1]]",
        b'[["t","2026-06-15"]]',
        b'[["t","x"]]',
        b'{"a":1}',
        b"1",
        b"[NaN",
        b"[" * 5000,
        b"\xff",
    ],
)
def test_a_body_that_was_made_up_is_refused_though_its_checksum_fits(body: bytes) -> None:
    refused(urlsafe_b64encode(_checksum(body, "") + body).rstrip(b"=").decode())


def test_a_cursor_of_another_list_is_refused() -> None:
    refused(encode_cursor([1], scope="runs"), scope="datasets")


def test_values_of_other_types_or_of_another_number_are_refused() -> None:
    refused(encode_cursor(["a"]), int)
    refused(encode_cursor([1, 2]), int)
    assert decode_cursor(encode_cursor([1, "a"]), int, str) == (1, "a")
    assert decode_cursor(encode_cursor([None]), int | None) == (None,)
    moment = datetime(2026, 6, 15, tzinfo=UTC)
    assert decode_cursor(encode_cursor([moment]), datetime) == (moment,)
