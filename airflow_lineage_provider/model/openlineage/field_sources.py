"""Where columns come from, and datasets: the columnLineage facet and the explicit lineage facets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.openlineage.dataset_facets import Facets
from airflow_lineage_provider.model.openlineage.event import FieldSource
from airflow_lineage_provider.model.openlineage.fields import Fields, InvalidEvent, joined
from airflow_lineage_provider.model.openlineage.names import read_dataset_id
from airflow_lineage_provider.model.wire_limits import MAX_COLUMNS, MAX_ENTRIES, MAX_PART, MAX_WORD

MAX_TRANSFORMATIONS = 100
MAX_FIELD_SOURCES = 100_000
"""Of one event: two hundred columns that each come from five hundred."""
WHOLE_DATASET = "*"

_KINDS = ("DIRECT", "INDIRECT")
_OLD_TYPES = {
    "IDENTITY": ("DIRECT", "IDENTITY", False),
    "MASKED": ("DIRECT", "TRANSFORMATION", True),
}
"""``transformationType`` of column lineage 1-0."""

Transformations = tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """What an explicit lineage facet or an entry of one says about its target."""

    sources: tuple[DatasetId, ...] | None
    """``None``: it names no inputs at all."""
    field_sources: tuple[FieldSource, ...] = ()


def read_column_lineage(facets: Facets) -> Iterator[FieldSource]:
    """Sources of a columnLineage facet, of whichever version."""
    facet = facets.get("columnLineage")
    if facet is None:
        return
    for column, field in _targets(facet):
        old = _old_transformation(field)
        for item in field.objects("inputFields", MAX_COLUMNS) or ():
            yield _field_source(column, item, item_default=old)
    for item in facet.objects("dataset", MAX_COLUMNS) or ():
        yield _field_source(WHOLE_DATASET, item, item_default=(("INDIRECT", "", False),))


def read_flow(facet: Fields) -> Flow:
    """Inputs and columns of a LineageDatasetFacet, or of an entry of a LineageJobFacet.

    A column's source is a source of the dataset. Jobs as inputs are not followed: no edge leads from job to job.
    """
    sources: list[DatasetId] = []
    fields: list[FieldSource] = []
    named = facet.objects("inputs", MAX_ENTRIES)
    for item in named or ():
        if not is_job(item):
            sources.append(read_dataset_id(item))
            if "field" in item:
                fields.append(_field_source(WHOLE_DATASET, item))
    for column, field in _targets(facet):
        for item in field.objects("inputs", MAX_COLUMNS) or ():
            if not is_job(item):
                source = _field_source(column, item)
                sources.append(source.input)
                fields.append(source)
    if named is None and not sources:
        return Flow(None)
    return Flow(tuple(dict.fromkeys(sources)), tuple(fields))


def is_job(item: Fields) -> bool:
    """Whether an entry, or a source of one, is a job; where it does not say, it is a dataset."""
    kind = item.get("type")
    return isinstance(kind, str) and kind.upper() == "JOB"


def merged(sources: Iterable[FieldSource]) -> tuple[FieldSource, ...]:
    """One source for each pair of columns, with all of its transformations."""
    found: dict[tuple[str, DatasetId, str | None], dict[tuple[str, str, bool], None]] = {}
    for source in sources:
        key = (source.output_column, source.input, source.input_column)
        found.setdefault(key, {}).update(dict.fromkeys(source.transformations))
    return tuple(FieldSource(*key, tuple(transformations)) for key, transformations in found.items())


def _targets(facet: Fields) -> Iterator[tuple[str, Fields]]:
    """Columns of the target with what is said of each."""
    fields = facet.inner("fields")
    if fields is None:
        return
    if len(fields.values) > MAX_COLUMNS:
        facet.fail("fields", f"must have at most {MAX_COLUMNS} columns")
    for column, value in fields.values.items():
        if value is None:
            continue
        place = joined(fields.path, column)
        if not 0 < len(column) <= MAX_PART:
            raise InvalidEvent(place, f"must be the name of a column, of 1 to {MAX_PART} characters")
        yield column, Fields(value, place)


def _field_source(column: str, item: Fields, item_default: Transformations = ()) -> FieldSource:
    source_column = item.name("field", MAX_PART) if item.get("field") not in (None, "") else None
    return FieldSource(column, read_dataset_id(item), source_column, _transformations(item) or item_default)


def _transformations(item: Fields) -> Transformations:
    found: dict[tuple[str, str, bool], None] = {}
    for part in item.objects("transformations", MAX_TRANSFORMATIONS) or ():
        kind = (part.text("type", MAX_WORD) or "DIRECT").upper()
        subtype = part.text("subtype", MAX_WORD) or ""
        if kind not in _KINDS:
            # A subtype where the type belongs.
            kind, subtype = "DIRECT", subtype or kind
        found[kind, subtype, part.get("masking") is True] = None
    return tuple(found)


def _old_transformation(field: Fields) -> Transformations:
    word = field.text("transformationType", MAX_WORD)
    return (_OLD_TYPES.get(word.upper(), ("DIRECT", word, False)),) if word else ()
