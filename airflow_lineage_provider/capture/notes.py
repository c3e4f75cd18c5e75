"""What a task of ours says about itself while it runs: inputs and outputs with evidence ``operator``."""

from __future__ import annotations

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import IoEntry

_inputs: list[IoEntry] = []
_outputs: list[IoEntry] = []


def reset() -> None:
    """Start a new attempt with empty notes."""
    _inputs.clear()
    _outputs.clear()


def note_input(dataset: DatasetId) -> None:
    """The running attempt reads ``dataset``."""
    _inputs.append(IoEntry(Evidence.OPERATOR, dataset=dataset))


def note_output(dataset: DatasetId) -> None:
    """The running attempt writes ``dataset``."""
    _outputs.append(IoEntry(Evidence.OPERATOR, dataset=dataset))


def taken() -> tuple[list[IoEntry], list[IoEntry]]:
    """Copies of the noted inputs and outputs."""
    return list(_inputs), list(_outputs)
