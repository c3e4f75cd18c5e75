"""The page of the rules: ``python -m docs.scripts.rules --write``; without it only compares."""

from __future__ import annotations

import argparse
import inspect
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from airflow_lineage_provider.governance.arrival import Arrival
from airflow_lineage_provider.governance.judge import judge
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.record_absent import absent_findings
from airflow_lineage_provider.governance.rules import RULES, UNRULED
from airflow_lineage_provider.governance.rules.rule import Rule
from airflow_lineage_provider.model.level import Level
from docs.scripts.page_file import add_write_option, write_or_compare
from tests.governance.rules.examples import EXAMPLES
from tests.governance.rules.well import ASKER, LOAD, NOW, Example

DOCS = Path(__file__).parents[1]
PAGE = DOCS / "rules.md"

HEAD = """\
<!-- Made by python -m docs.scripts.rules --write -->

# Rules

A rule is one question about a dataset that a DAG reads, about a DAG, or about the contracts that were applied. The same
rules are asked at every gate, and the same facts give the same answer. Ids never change: configuration, findings,
waivers and baselines name rules by them.

## Severity and level

The severity of a rule says what it does where nobody configured it:

| severity | level | effect of a finding |
|---|---|---|
| error | `block` | the verdict is `fail`, and a gate that may block does |
| warning | `warn` | the verdict is `warn` |
| info | `observe` | it is listed |

Errors are what is proven and dangerous to build on. What may be only for the moment, or may be meant, warns.
`[lineage_provider] rules` sets other levels, for all or for some DAGs, tags, datasets and environments, a day from which
a rule may block, and the options of a rule:

```json
{
  "owner-missing": "block",
  "contract-missing": {"level": "block", "enforce_from": "2027-01-01"},
  "freshness-late": {"level": "warn", "scopes": [{"tags": "finance", "level": "block"}]},
  "schema-stale": {"level": "warn", "options": {"days": 14}}
}
```

The last scope that holds wins. What is configured, a DAG may only tighten.

Some findings do less than the level of their rule, because of what they say:

- **unknown**: a detail is not known, such as a column's type. It is listed at `observe` and never blocks.
- **mild**: the rule is broken in a way that needs no stop, such as a check with severity `warn` that failed or a
  contract that ends in a week. It does at most `warn`.
- **error**: a rule could not judge, for it failed or its options are wrong. `[lineage_provider] on_error` says whether that
  blocks; it never does more than the rule would.

## All rules

"""

ABSENT = f"""\
## {UNRULED}

Not asked about facts, but found by a gate that waits for records: tasks upstream ended, and their lineage did not arrive
in time or never will. The result is `error`, at `warn` with `on_error = open` and at `block` with `closed`.

**Broken:** The worker of an upstream task was killed before it could send its record.

```text
{{message}}
```

**Mended:** The task was cleared and ran again. `airflow lineage status` shows records that wait.
"""
COLUMNS = ("rule", "what it demands", "severity", "about", "options")


def page() -> str:
    """The page as it has to be."""
    rows = [COLUMNS, tuple("---" for _ in COLUMNS), *map(_row, RULES)]
    rows.append((_link(UNRULED), "The lineage of upstream tasks arrived", "`on_error`", "DAG run", ""))
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    by_rule = {example.rule: example for example in EXAMPLES}
    sections = [_section(rule, by_rule[rule.id]) for rule in RULES]
    return "\n".join([f"{HEAD}{table}\n", *sections, ABSENT.format(message=_absent())])


def _row(rule: Rule) -> tuple[str, ...]:
    options = ", ".join(f"`{option.name}`" for option in rule.options)
    return _link(rule.id), rule.title, rule.severity.value, _about(rule), options


def _link(rule: str) -> str:
    return f"[`{rule}`](#{rule})"


def _about(rule: Rule) -> str:
    if rule.is_of_dag:
        return "DAG"
    return "contract" if hasattr(rule, "check_scope") else "dataset"


def _section(rule: Rule, example: Example) -> str:
    return "\n".join([f"## {rule.id}", "", _prose(rule), "", *_options(rule), *_example(rule, example)])


def _prose(rule: Rule) -> str:
    return re.sub(r"``(.+?)``", r"`\1`", inspect.cleandoc(type(rule).__doc__ or "").strip())


def _options(rule: Rule) -> Iterator[str]:
    if rule.options:
        yield from ("| option | default | |", "|---|---|---|")
        for option in rule.options:
            yield f"| `{option.name}` | `{json.dumps(option.default)}` | {option.text} |"
        yield ""


def _absent() -> str:
    arrival = Arrival(late=(), missing=(f"{LOAD.rpartition('.')[2]} try 1",))
    (finding,) = absent_findings(arrival, ASKER, Level.WARN)
    return finding.describe()


def _example(rule: Rule, example: Example) -> Iterable[str]:
    verdict = judge(example.broken, levels=Levels(), now=NOW, rules=[rule])
    yield f"**Broken:** {example.breaks}"
    yield from ("", "```text")
    yield from (line for finding in verdict.findings for line in finding.describe().splitlines())
    yield from ("```", "", f"**Mended:** {example.mends}", "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    add_write_option(parser)
    options = parser.parse_args()
    return write_or_compare(PAGE, page(), source="the rules", write=options.write)


if __name__ == "__main__":
    sys.exit(main())
