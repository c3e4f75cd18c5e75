"""dbt's data tests as quality rules of ODCS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_lineage_provider.contracts.readers.loose import items, mapping, storable, text

_METRICS = {"not_null": "nullValues", "unique": "duplicateValues", "accepted_values": "invalidValues"}
_SEVERITIES = {"warn": "warning", "error": "error"}


@dataclass(frozen=True, slots=True)
class DbtTest:
    """One test, of a column or of the whole table."""

    name: str
    """With its package, such as ``dbt_utils.unique_combination_of_columns``."""
    column: str | None
    arguments: Mapping[str, Any]
    severity: str | None

    def to_rule(self) -> dict[str, Any]:
        """The rule as JSON values. Tests that ODCS has no metric for stay dbt's."""
        rule: dict[str, Any]
        if metric := _METRICS.get(self.name):
            rule = {"type": "library", "metric": metric, "mustBe": 0}
            values = list(items(self.arguments.get("values")))
            if self.name == "accepted_values" and values and storable(values):
                rule["arguments"] = {"validValues": values}
        else:
            rule = {"type": "custom", "engine": "dbt", "implementation": self.name}
        rule["description"] = f"dbt test {self.name}"
        severity = _SEVERITIES.get((self.severity or "").lower())
        return {**rule, "severity": severity} if severity else rule


def written_tests(holder: Mapping[str, Any], column: str | None) -> Iterable[DbtTest]:
    """Tests as a schema file has them under ``data_tests`` or ``tests``: a name, or a name with arguments."""
    for entry in [*items(holder.get("data_tests")), *items(holder.get("tests"))]:
        if name := text(entry):
            yield DbtTest(name, column, {}, None)
            continue
        for key, value in mapping(entry).items():
            given = mapping(value)
            named = text(key)
            if named is None or (not given and key in ("name", "description", "config", "severity")):
                continue
            config = {**given, **mapping(given.get("config")), **mapping(mapping(entry).get("config"))}
            yield DbtTest(
                named, column, {**given, **mapping(given.get("arguments"))}, text(config.get("severity"))
            )
            break


def compiled_tests(nodes: Mapping[str, Any]) -> dict[str, list[DbtTest]]:
    """Tests of a manifest by the node that they test."""
    found: dict[str, list[DbtTest]] = {}
    for value in nodes.values():
        node = mapping(value)
        if node.get("resource_type") != "test":
            continue
        metadata = mapping(node.get("test_metadata"))
        name = text(metadata.get("name"))
        tested = text(node.get("attached_node")) or _only(mapping(node.get("depends_on")).get("nodes"))
        if tested is None or name is None:
            # A test of one's own in SQL is attached to nothing that a contract speaks for.
            continue
        package = text(metadata.get("namespace"))
        kwargs = mapping(metadata.get("kwargs"))
        found.setdefault(tested, []).append(
            DbtTest(
                f"{package}.{name}" if package else name,
                text(node.get("column_name")) or text(kwargs.get("column_name")),
                {**kwargs, **mapping(kwargs.get("arguments"))},
                text(mapping(node.get("config")).get("severity")),
            )
        )
    return found


def _only(names: Any) -> str | None:
    listed = items(names)
    return text(listed[0]) if len(listed) == 1 else None
