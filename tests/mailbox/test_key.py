from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.mailbox.key import ANSWER, PREFIX, QUESTION, InvalidKey, MailboxKey

KEYS = st.builds(
    MailboxKey,
    try_number=st.integers(0, 999_999),
    kind=st.sampled_from(["core", "park", "late", QUESTION, ANSWER]),
    id=st.none() | st.text("0123456789abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=32),
)


@given(KEYS)
def test_a_key_is_read_back_as_it_was_written(key: MailboxKey) -> None:
    assert MailboxKey.parse(str(key)) == key
    assert len(str(key)) <= 512  # what Airflow's column holds


@given(st.text(max_size=60) | st.text("0123456789/-abc\n\0é٣", max_size=20).map(lambda text: PREFIX + text))
def test_any_text_is_a_key_or_refused(text: str) -> None:
    with suppress(InvalidKey):
        key = MailboxKey.parse(text)
        assert int(text.split("/")[1]) == key.try_number
        assert text.isascii()


@pytest.mark.parametrize(
    "text",
    [
        "airflow_lineage_provider/1",
        "airflow_lineage_provider/x/core",
        "airflow_lineage_provider/1/core/extra",
        "airflow_lineage_provider/1/core\n",
        "airflow_lineage_provider/٣/core",
        "airflow_lineage_provider/-1/core",
        "airflow_lineage_provider/1/core-UPPER",
        "other/1/core",
        "x" * 5000,
    ],
)
def test_what_is_no_key_is_refused_in_few_words(text: str) -> None:
    with pytest.raises(InvalidKey) as caught:
        MailboxKey.parse(text)
    assert len(str(caught.value)) < 300
