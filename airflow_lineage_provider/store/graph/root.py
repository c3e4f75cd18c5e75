"""What a question starts from: the row behind a node id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId, identity_digest
from airflow_lineage_provider.model.node_id import InvalidNodeId, NodeId
from airflow_lineage_provider.store.datasets import DATASET, resolve_aliases
from airflow_lineage_provider.store.edges import COLUMN_EDGE
from airflow_lineage_provider.store.graph.node import NodeType
from airflow_lineage_provider.store.identity import canonical_dataset
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.schemas import current_schemas

MOST_COLONS = 40
"""Each is a place where namespace and name may part; all of them fit one statement."""
LONGEST = 8_192
_NO_COLUMN = "a column belongs to a dataset; name one"


class UnknownNode(LookupError):
    """Nothing of that name was ever seen, or not by whoever asks."""


class Key(NamedTuple):
    """A dataset or job by row id."""

    is_job: bool
    id: int


class DagRoot(NamedTuple):
    """A DAG by the namespace of its jobs and its id."""

    namespace: str
    dag_id: str


class ColumnRoot(NamedTuple):
    """A column by name, of a dataset by row id."""

    dataset_id: int
    column: str


class RunRoot(NamedTuple):
    """A run by row id."""

    id: int


NamedType = Literal["dataset", "job", "dag"]
Root = Key | DagRoot | ColumnRoot | RunRoot


def find_node(text: str, *, session: Session) -> Key:
    """Row of a ``dataset:`` or ``job:`` node id. Raises :class:`UnknownNode` or ``InvalidNodeId``.

    Every way to split the text is tried, longest namespace first, because colons are legal in both parts.
    """
    _check_id(text)
    readings = list(NodeId.readings(text))
    if text.startswith("job:"):
        return Key(True, _found(_jobs(readings, session=session), text))
    return Key(False, _found(_datasets(readings, session=session), text))


def find_named(
    kind: NodeType, namespace: str, name: str, *, column: str | None = None, session: Session
) -> Root:
    """Row of a dataset, job or DAG whose two parts are known apart. Raises :class:`UnknownNode`.

    :param column: of the dataset.
    """
    if column is not None:
        _check_column(kind, column)
        return find_column(find_named(kind, namespace, name, session=session), column, session=session)
    if kind not in ("dataset", "job", "dag"):
        raise InvalidNodeId(f"a {kind} has no namespace and name of its own; give a node id")
    _check(namespace, name)
    reading = NodeId("job" if kind == "job" else "dataset", namespace, name)
    if kind == "dag":
        return _dag([(namespace, name)], f"dag:{namespace}:{name}", session=session)
    if kind == "job":
        return Key(True, _found(_jobs([reading], session=session), str(reading)))
    return Key(False, _found(_datasets([reading], session=session), str(reading)))


def find_root(text: str, *, column: str | None = None, session: Session) -> Root:
    """Row of any node id: ``dataset:``, ``job:``, ``dag:``, ``column:NAMESPACE:NAME:COLUMN`` or ``run:``.

    :param column: of the dataset that ``text`` names.
    """
    kind, _, rest = text.partition(":")
    # Before anything is looked up: what is wrong with a question must not tell whether its node is there.
    if column is not None:
        _check_column(kind, column)
    if kind == "run":
        return _run(rest, session=session)
    if kind == "dag":
        _check_id(text)
        return _dag(_splits(rest), text, session=session)
    if kind == "column":
        return _column(rest, text, session=session)
    try:
        key = find_node(text, session=session)
    except InvalidNodeId as error:
        raise InvalidNodeId(f"{error}, or dag:, column: or run:") from None
    return key if column is None else find_column(key, column, session=session)


def find_column(root: Root, column: str, *, session: Session) -> ColumnRoot:
    """A column of a dataset. Raises :class:`UnknownNode`, or ``InvalidNodeId`` if ``root`` is no dataset."""
    if not isinstance(root, Key) or root.is_job:
        raise InvalidNodeId(_NO_COLUMN)
    _check(column)
    if not _has_column(root.id, column, session=session):
        raise UnknownNode(f"no column {column} is known of that dataset")
    return ColumnRoot(root.id, column)


def _check_id(text: str) -> None:
    _check(text)
    if text.count(":") > MOST_COLONS:
        raise InvalidNodeId(
            f"a node id has at most {MOST_COLONS} colons; give namespace and name apart where they have more"
        )


def _check_column(kind: str, column: str) -> None:
    if kind != "dataset":
        raise InvalidNodeId(_NO_COLUMN)
    _check(column)


def _check(*texts: str) -> None:
    for text in texts:
        if len(text) > LONGEST:
            raise InvalidNodeId(f"no name has more than {LONGEST} characters")
        # No database takes them.
        if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            raise InvalidNodeId(f"{text[:80]!a} holds what is no text")


def _found(row_id: int | None, text: str) -> int:
    if row_id is None:
        raise UnknownNode(
            f"no lineage is known of {text}; `airflow lineage datasets` lists what is"
            if text.startswith("dataset:")
            else f"no lineage is known of {text}"
        )
    return row_id


def _datasets(readings: Sequence[NodeId], *, session: Session) -> int | None:
    """The first reading that is a dataset, by the name as it stands or the one it is stored under."""
    digests: dict[str, None] = {}
    for reading in readings:
        dataset = DatasetId(reading.namespace, reading.name)
        digests[dataset.digest] = None
        digests[canonical_dataset(dataset).digest] = None
    known = dict(
        session.execute(select(DATASET.c.digest, DATASET.c.id).where(DATASET.c.digest.in_(digests))).all()
    )
    known.update(resolve_aliases(digests, session=session))
    return _first(digests, known)


def _jobs(readings: Sequence[NodeId], *, session: Session) -> int | None:
    digests = {identity_digest(reading.namespace, reading.name): None for reading in readings}
    query = select(JOB.c.digest, JOB.c.id).where(JOB.c.digest.in_(digests))
    return _first(digests, dict(session.execute(query).all()))


def _first(digests: Iterable[str], known: dict[str, int]) -> int | None:
    return next((known[digest] for digest in digests if digest in known), None)


def _dag(splits: Sequence[tuple[str, str]], text: str, *, session: Session) -> DagRoot:
    dag_ids = sorted({dag_id for _, dag_id in splits})
    query = select(JOB.c.namespace, JOB.c.dag_id).where(JOB.c.dag_id.in_(dag_ids)).distinct()
    known = {tuple(row) for row in session.execute(query)}
    for split in splits:
        if split in known:
            return DagRoot(*split)
    if not splits:
        raise InvalidNodeId(f"{text!r} is no node id; expected dag:NAMESPACE:DAG_ID")
    raise UnknownNode(f"no lineage is known of {text}")


def _run(text: str, *, session: Session) -> RunRoot:
    """A run by row id, by the id of its task instance, or by its OpenLineage run id.

    Of several runs with one OpenLineage run id an attempt of Airflow's comes first, then the newest.
    """
    query = select(RUN.c.id).order_by(RUN.c.ti_id.is_(None), RUN.c.id.desc()).limit(1)
    if text.isascii() and text.isdigit():
        if len(text) > 18:
            raise UnknownNode(f"no run has the number {text[:40]}")
        row_id = session.scalar(query.where(RUN.c.id == int(text)))
    else:
        try:
            uuid = UUID(text)
        except ValueError:
            raise InvalidNodeId(f"{text[:80]!r} is no run; expected run:NUMBER or run:UUID") from None
        row_id = session.scalar(query.where(RUN.c.ti_id == uuid)) or session.scalar(
            query.where(RUN.c.openlineage_run_id == uuid)
        )
    if row_id is None:
        raise UnknownNode(f"no run is known of {text}")
    return RunRoot(row_id)


def _column(rest: str, text: str, *, session: Session) -> ColumnRoot:
    _check_id(text)
    pairs = _splits(rest)
    if not any(":" in namespace for namespace, _ in pairs):
        raise InvalidNodeId(f"{text!r} is no node id; expected column:NAMESPACE:NAME:COLUMN")
    # The column is what is left of the shortest ending that belongs to a dataset.
    for whole, column in pairs:
        readings = [NodeId("dataset", *split) for split in _splits(whole)]
        dataset_id = _datasets(readings, session=session) if readings else None
        if dataset_id is not None and _has_column(dataset_id, column, session=session):
            return ColumnRoot(dataset_id, column)
    raise UnknownNode(f"no lineage is known of {text}")


def _splits(text: str) -> list[tuple[str, str]]:
    """Every way to part a text in two at a colon, longest first part first."""
    cuts = [i for i, letter in enumerate(text) if letter == ":" and 0 < i < len(text) - 1]
    return [(text[:cut], text[cut + 1 :]) for cut in reversed(cuts)]


def _has_column(dataset_id: int, column: str, *, session: Session) -> bool:
    schema = current_schemas([dataset_id], session=session).get(dataset_id)
    if schema is not None and any(each.name == column for each in schema.columns):
        return True
    for dataset, name in (
        (COLUMN_EDGE.c.output_dataset_id, COLUMN_EDGE.c.output_column),
        (COLUMN_EDGE.c.input_dataset_id, COLUMN_EDGE.c.input_column),
    ):
        query = select(COLUMN_EDGE.c.id).where(dataset == dataset_id, name == column).limit(1)
        if session.scalar(query) is not None:
            return True
    return False
