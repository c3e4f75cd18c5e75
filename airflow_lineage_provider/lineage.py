"""What a DAG author says about lineage that nobody can see.

.. code-block:: python

    from airflow_lineage_provider import lineage

    lineage.read("s3://landing/orders.csv", rows=1200)
    lineage.wrote("shop.orders", conn_id="warehouse")

Nothing in here fails a task or a DAG file that runs without a mistake in it: a call outside of a running task does
nothing, and a dataset that cannot be understood is named in the task's log and in its lineage record.
"""

from __future__ import annotations

import inspect
import logging
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from airflow_lineage_provider.capture import notes
from airflow_lineage_provider.capture.decoration import Arguments, around, decorated, marked, signature_of
from airflow_lineage_provider.capture.extractors.written_table import written_table
from airflow_lineage_provider.capture.policy import ATTRIBUTE, Policy, pinned_params
from airflow_lineage_provider.model.connection import identity_of_connection
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.dataset_reference import dataset_reference
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column, IoEntry
from airflow_lineage_provider.model.wire_limits import MAX_BIGINT

__all__ = ["dataset", "policy", "read", "table", "wrote"]

log = logging.getLogger(__name__)

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class TableReference:
    """A table by its name on an Airflow connection."""

    name: str
    """``table``, ``schema.table`` or ``database.schema.table``, spelled as in SQL: a part with a dot in it, or with
    letters whose case counts, stands in quotes."""
    conn_id: str


def table(name: str, conn_id: str) -> TableReference:
    """Name a table on an Airflow connection; what the name leaves out comes from the connection."""
    return TableReference(name, conn_id)


def read(
    *datasets: Any,
    conn_id: str | None = None,
    rows: int | None = None,
    bytes: int | None = None,
    columns: Sequence[str] | Mapping[str, str] | None = None,
) -> None:
    """Say that the running task reads data.

    :param datasets: ``Asset``, OpenLineage ``Dataset``, URI, ``(namespace, name)``, :func:`table`, or with
        ``conn_id`` the name of a table.
    :param conn_id: Airflow connection of tables given by name.
    :param rows: number of rows read of each.
    :param bytes: number of bytes read of each.
    :param columns: names of the columns, or names with types.
    """
    _note(datasets, conn_id, rows, bytes, columns, is_output=False)


def wrote(
    *datasets: Any,
    conn_id: str | None = None,
    rows: int | None = None,
    bytes: int | None = None,
    columns: Sequence[str] | Mapping[str, str] | None = None,
) -> None:
    """Say that the running task writes data. Parameters as of :func:`read`."""
    _note(datasets, conn_id, rows, bytes, columns, is_output=True)


def dataset(
    *, reads: Any = (), writes: Any = (), conn_id: str | None = None
) -> Callable[[Function], Function]:
    """Decorate a function, below ``@task`` or called by one: it reads and writes these datasets.

    Inputs count when the function is called, outputs when it has returned. Texts may name arguments of the call:
    ``writes="s3://lake/orders/{day}.parquet"``.

    :param reads: a dataset or a list of datasets, as for :func:`read`.
    :param writes: likewise.
    :param conn_id: Airflow connection of tables given by name.
    """

    def noted(function: Callable[..., Any]) -> Callable[..., Any]:
        signature = signature_of(function)

        def said(what: Any, arguments: Arguments, *, is_output: bool) -> None:
            if notes.is_open():
                try:
                    items = [_filled(item, signature, arguments) for item in _listed(what)]
                except Exception as error:
                    _tell("lineage.dataset", error)
                    return
                items = [item for item in items if item is not None]
                _note(items, conn_id, None, None, None, is_output=is_output)

        return around(
            function,
            lambda arguments: said(reads, arguments, is_output=False),
            lambda arguments: said(writes, arguments, is_output=True),
        )

    return lambda function: decorated(function, noted)


class policy:
    """How a task, or every task of a DAG, is captured.

    ``@lineage.policy(sources={"files": False})`` below ``@task`` decorates a function;
    ``params=lineage.policy(capture=False).params`` goes into an operator or a DAG. A task's own policy stands
    instead of its DAG's. What is not captured because of a policy is named in the record.

    :param capture: ``False``: nothing but that the task ran.
    :param sources: runtime sources to switch on or off: ``{"files": False, "requests": True}``.
    :param sample: fraction of the attempts that are captured, from 0 to 1.
    :param gate: on a DAG, ``"block"``: whatever would warn about what the DAG reads blocks its runs; ``"warn"``: what would
        only be observed warns. The deployment says the most that gates do; a policy never makes one milder.
    :raises InvalidPolicy: one of them is something else.
    """

    def __init__(
        self,
        *,
        capture: bool = True,
        sources: Mapping[str, bool] | None = None,
        sample: float = 1.0,
        gate: str | None = None,
    ) -> None:
        self._policy = Policy(capture=capture, sources=dict(sources or {}), sample=sample, gate=gate)

    @property
    def params(self) -> dict[str, Any]:
        """Params of an operator or a DAG that carry the policy: no run's ``conf`` changes it."""
        return pinned_params(self._policy)

    def __call__(self, function: Function) -> Function:
        """Return a function of its own that carries the policy; the one that was given stays as it is."""
        return decorated(function, lambda inner: marked(inner, ATTRIBUTE, self._policy))


def _note(
    datasets: Iterable[Any],
    conn_id: str | None,
    rows: int | None,
    bytes: int | None,
    columns: Sequence[str] | Mapping[str, str] | None,
    *,
    is_output: bool,
) -> None:
    if not notes.is_open():
        log.debug("No running task whose lineage is captured: nothing noted")
        return
    for item in datasets:
        try:
            entry = _entry(item, conn_id, _count(rows, "rows"), _count(bytes, "bytes"), _columns(columns))
            notes.note(entry, is_output=is_output)
        except Exception as error:
            _tell(f"lineage.{'wrote' if is_output else 'read'}", error)


def _entry(
    item: Any, conn_id: str | None, rows: int | None, size: int | None, columns: tuple[Column, ...] | None
) -> IoEntry:
    if isinstance(item, str) and conn_id is not None and "://" not in item:
        item = TableReference(item, conn_id)
    reference: dict[str, Any]
    if isinstance(item, TableReference):
        reference = {"dataset": _table_id(item)}
    elif isinstance(item, str) and "://" not in item:
        raise ValueError(f"{item!r} is no URI; for a table by its name give conn_id as well")
    else:
        reference = dict(dataset_reference(item, "the dataset"))
        if "namespace" in reference:
            reference = {"dataset": DatasetId(reference["namespace"], reference["name"])}
    return IoEntry(Evidence.DECLARED, **reference, rows=rows, bytes=size, columns=columns)


def _table_id(reference: TableReference) -> DatasetId:
    from airflow.sdk import BaseHook

    connection = BaseHook.get_connection(reference.conn_id)
    dataset = written_table(identity_of_connection(connection, conn_id=reference.conn_id), reference.name)
    if dataset is None:
        raise ValueError(
            f"{reference.name!r} is no table name; expected table, schema.table or database.schema.table"
        )
    return dataset


def _columns(columns: Sequence[str] | Mapping[str, str] | None) -> tuple[Column, ...] | None:
    if columns is None:
        return None
    if isinstance(columns, Mapping):
        return tuple(Column(str(name), str(kind)) for name, kind in columns.items())
    if isinstance(columns, str):
        raise TypeError(f"columns is {columns!r}; it must be a list of names or a dict of names and types")
    return tuple(Column(str(name)) for name in columns)


def _count(value: int | None, what: str) -> int | None:
    if value is None:
        return None
    number = -1 if isinstance(value, bool) or not hasattr(value, "__index__") else operator.index(value)
    if not 0 <= number <= MAX_BIGINT:
        raise ValueError(f"{what} is {value!r}; it must be a number from 0")
    return number


def _listed(what: Any) -> list[Any]:
    # A tuple is (namespace, name), as everywhere; several datasets stand in a list.
    if isinstance(what, list | set | frozenset):
        return list(what)
    return [] if what is None or (isinstance(what, tuple) and not what) else [what]


def _filled(item: Any, signature: inspect.Signature | None, arguments: Arguments) -> Any:
    if not isinstance(item, str) or "{" not in item:
        return item
    try:
        if signature is None:
            raise ValueError("nobody knows their names")
        bound = signature.bind(*arguments[0], **arguments[1])
        bound.apply_defaults()
        return item.format_map(bound.arguments)
    except Exception as error:
        problem = ValueError(f"{item!r} cannot be filled with the arguments of the call: {error}")
        _tell("lineage.dataset", problem)
        return None


def _tell(call: str, problem: Exception) -> None:
    log.warning("%s: %s", call, problem)
    notes.note_problem(problem)
