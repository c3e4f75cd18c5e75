"""``airflow lineage explain``: how a dataset came by its name, and why what looks like it is another one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.cli.command import CommandError, fresh_session, lineage_command, print_document

if TYPE_CHECKING:
    from airflow_lineage_provider.model.dataset_id import DatasetId


@lineage_command
def explain(args: Any) -> None:
    """Show each step to the canonical name, the other names of the dataset, and its look-alikes."""
    from airflow_lineage_provider.store.dataset_names import read_dataset
    from airflow_lineage_provider.store.identity import identity_rules
    from airflow_lineage_provider.store.look_alikes import find_look_alikes

    named, steps = _asked(args)
    rules = identity_rules()
    identity = rules.identify(named)
    steps += [
        {"rule": step.rule, "before": str(step.before), "after": str(step.after), "reason": step.reason}
        for step in identity.steps
    ]
    with fresh_session() as session:
        stored = read_dataset(identity.dataset, session=session)
        known_as = stored.dataset if stored is not None else identity.dataset
        look_alikes = find_look_alikes(known_as, rules, session=session)
    if known_as != identity.dataset:
        steps.append(
            {
                "rule": "alias",
                "before": str(identity.dataset),
                "after": str(known_as),
                "reason": "this name is known to mean that dataset",
            }
        )
    document = {
        "namespace": known_as.namespace,
        "name": known_as.name,
        "steps": steps,
        "partitions": [f"{key}={value}" for key, value in identity.partitions],
        "first_seen": stored.first_seen.isoformat() if stored is not None else None,
        "other_names": [
            {"namespace": other.dataset.namespace, "name": other.dataset.name, "origin": other.origin}
            for other in (stored.other_names if stored is not None else ())
        ],
        "look_alikes": [each.to_wire() for each in look_alikes],
    }
    if args.output in ("json", "yaml"):
        print_document(document, args.output)
        return
    for line in _lines(document):
        print(line)


def _asked(args: Any) -> tuple[DatasetId, list[dict[str, str]]]:
    from airflow_lineage_provider.model.dataset_id import safe_dataset_id
    from airflow_lineage_provider.model.naming import asset_of, lacks_schema

    if args.uri is None:
        if not args.namespace or not args.name:
            raise CommandError("Give NAMESPACE and NAME of a dataset, or --uri and the URI of an asset.")
        return safe_dataset_id(args.namespace, args.name), []
    if args.namespace:
        raise CommandError("Give either NAMESPACE and NAME or --uri, not both.")
    if not args.uri.strip():
        raise CommandError("The URI is empty.")
    dataset = asset_of(args.uri, None)
    reason = "the scheme and the host of an asset's URI are the namespace, its path is the name"
    if lacks_schema(args.uri):
        reason += "; the schema that it leaves out is the system's default"
    elif "://" not in args.uri:
        reason = "an asset without a URI has its name only"
    # Not the URI as given: it may hold a password.
    return dataset, [{"rule": "asset-uri", "before": "the URI", "after": str(dataset), "reason": reason}]


def _lines(document: dict[str, Any]) -> Iterator[str]:
    yield f"{document['namespace']} {document['name']}"
    yield ""
    if not document["steps"]:
        yield "The name is canonical as it was given."
    for step in document["steps"]:
        yield f"{step['rule']}: {step['reason']}"
        yield f"    {step['before']}"
        yield f"    -> {step['after']}"
    if document["partitions"]:
        yield f"partitions in the name: {', '.join(document['partitions'])}"
    yield ""
    if document["first_seen"] is None:
        yield "No such dataset is stored: no task has read, written or declared it."
    else:
        yield f"Stored since {document['first_seen']}."
    for other in document["other_names"]:
        yield f"Also known as {other['namespace']} {other['name']} ({other['origin']})."
    if not document["look_alikes"]:
        yield "No stored dataset looks like it."
        return
    yield ""
    yield "What looks like it and is another dataset:"
    for other in document["look_alikes"]:
        yield f"  {other['namespace']} {other['name']}"
        for difference in other["differences"]:
            yield f"    {difference['reason']}"
            yield f"    to make them one: {difference['configure']}"
