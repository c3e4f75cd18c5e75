"""What Airflow reads about this provider. Imports nothing: Airflow calls it before its configuration is ready."""

from __future__ import annotations

from typing import Any


def _option(
    description: str, kind: str, default: str, example: str | None = None, *, sensitive: bool = False
) -> dict[str, Any]:
    return {
        "description": description,
        "version_added": "0.1.0",
        "type": kind,
        "example": example,
        "default": default,
        **({"sensitive": True} if sensitive else {}),
    }


def get_provider_info() -> dict[str, Any]:
    """Provider info in the shape of Airflow's ``provider_info.schema.json``."""
    return {
        "package-name": "airflow-lineage-provider",
        "name": "Lineage",
        "description": "What every task attempt read and wrote, and gates that stand on it.",
        "operators": [
            {
                "integration-name": "Lineage",
                "python-modules": ["airflow_lineage_provider.operators.validation"],
            }
        ],
        "sensors": [
            {
                "integration-name": "Lineage",
                "python-modules": ["airflow_lineage_provider.operators.freshness"],
            }
        ],
        "extra-links": ["airflow_lineage_provider.operators.link.LineageVerdictLink"],
        "task-decorators": [
            {
                "name": "validate_lineage",
                "class-name": "airflow_lineage_provider.operators.decorator.validate_lineage_task",
            }
        ],
        "integrations": [
            {
                "integration-name": "Lineage",
                "external-doc-url": "https://airflow-lineage-provider.readthedocs.io/",
                "tags": ["service"],
            }
        ],
        "db-managers": ["airflow_lineage_provider.store.db_manager.LineageDBManager"],
        "cli": ["airflow_lineage_provider.cli.definition.get_lineage_cli_commands"],
        "config": {
            "lineage_provider": {
                "description": "Options of airflow-lineage-provider.",
                "options": {
                    "enabled": _option(
                        "Capture, drain and serve lineage. ``False`` registers nothing at all.",
                        "boolean",
                        "True",
                    ),
                    "namespace": _option(
                        "OpenLineage namespace of this Airflow's jobs. Empty: ``[openlineage] namespace``, "
                        "then ``OPENLINEAGE_NAMESPACE``, then ``default``; so ids match the official provider's.",
                        "string",
                        "",
                        "production",
                    ),
                    "capture_time_limit": _option(
                        "Seconds that capture may take of a task attempt, before and after its end each.",
                        "float",
                        "2.0",
                    ),
                    "capture_size_limit": _option(
                        "Bytes that one segment of a record may have. What is left out is named in the record.",
                        "integer",
                        "1048576",
                    ),
                    "observe_schema": _option(
                        "Read the columns of the tables a task touched from the database itself, with one "
                        "query over one extra connection after the task ended: ``off``, ``outputs`` or ``all``.",
                        "string",
                        "outputs",
                    ),
                    "capture_packages": _option(
                        "Record name and version of every installed Python package with each attempt.",
                        "boolean",
                        "False",
                    ),
                    "runtime_sources": _option(
                        "What is observed in a task's process: a list of ``files``, ``fsspec``, ``sqlalchemy``, "
                        "``sqlite3``, ``psycopg2``, ``psycopg``, ``pymysql``, ``duckdb``, ``pandas``, ``polars``, "
                        "``pyarrow``, ``boto3``, ``requests`` and ``httpx``. ``default`` is all but the last two, "
                        "``none`` nothing, and a minus leaves one out.",
                        "string",
                        "default",
                        "default, -files, requests",
                    ),
                    "runtime_dataset_limit": _option(
                        "Most datasets that observing a task's process may add to its record. What is beyond is "
                        "counted in the record.",
                        "integer",
                        "250",
                    ),
                    "inject_parent": _option(
                        "Hand the ids of the task's run to Spark jobs and containers that it starts, so that "
                        "their own OpenLineage events name it as parent.",
                        "boolean",
                        "True",
                    ),
                    "file_host": _option(
                        "Name local files with the host they are on: ``file://<host>`` and not ``file``. For "
                        "workers that share no disk.",
                        "boolean",
                        "False",
                    ),
                    "namespace_aliases": _option(
                        "Namespaces that are one server: a JSON object from a namespace to the one under which its "
                        "datasets are stored.",
                        "string",
                        "",
                        '{"postgres://10.0.0.5:5432": "postgres://warehouse:5432"}',
                    ),
                    "partition_patterns": _option(
                        "What is a partition in the names of files, besides the built-in patterns: a JSON list of "
                        "objects with ``pattern`` (a regular expression with named groups), ``name`` (what takes "
                        "the place of a match) and, if other than files, ``namespaces`` (globs).",
                        "string",
                        "",
                        r'[{"pattern": "run-(?P<run>\d+)", "name": "run-{run}", "namespaces": ["s3://lake"]}]',
                    ),
                    "partition_defaults": _option(
                        "Take dates, ``key=value`` directories and part files out of the names of files. ``False``: "
                        "only what ``partition_patterns`` says.",
                        "boolean",
                        "True",
                    ),
                    "drain_interval": _option(
                        "Seconds between two looks of the API server into the mailbox.", "float", "1.0"
                    ),
                    "reconcile_interval": _option(
                        "Seconds between two comparisons of task instances with what arrived.",
                        "float",
                        "10.0",
                    ),
                    "arrival_grace": _option(
                        "Seconds after the end of an attempt until a record that did not come is called missing.",
                        "float",
                        "60.0",
                    ),
                    "answer_timeout": _option(
                        "Seconds an operator waits for the server's answer to its question.",
                        "float",
                        "120.0",
                    ),
                    "upstream_wait": _option(
                        "Seconds the server waits, before it judges, for upstream attempts of the same run that "
                        "ended but whose records have not arrived.",
                        "float",
                        "15.0",
                    ),
                    "on_error": _option(
                        "What a gate does when it could not judge: ``open`` lets the DAG go on, ``closed`` stops it.",
                        "string",
                        "open",
                    ),
                    "rules": _option(
                        "How strictly each rule is taken: a JSON object from rule ids to a level (``off``, "
                        "``observe``, ``warn``, ``block``) or to an object with ``level``, ``enforce_from`` (a day "
                        "until which it only warns), ``scopes`` (other levels for globs of ``dags``, ``tags``, "
                        "``namespaces``, ``names``, ``environments``; the last that holds wins) and ``options``. "
                        "What is not named has the level of whoever asks; DAGs may only tighten what is named.",
                        "string",
                        "",
                        '{"owner-missing": "block", "schema-stale": {"level": "warn", "options": {"days": 14}}}',
                    ),
                    "environment": _option(
                        "Name of this deployment's environment: which of a contract's servers is meant, and which "
                        "scopes of ``rules`` hold.",
                        "string",
                        "",
                        "prod",
                    ),
                    "trust_symlinks": _option(
                        "Contracts, owners and rules follow symlinks, names that other producers told of a dataset. "
                        "Whoever may send events can then give a dataset the contract of another one.",
                        "boolean",
                        "False",
                    ),
                    "contracts_path": _option(
                        "Folders with contracts that are watched, comma-separated: what appears, changes and goes "
                        "there is applied. ``bundle:NAME/folder`` is a folder of a DAG bundle.",
                        "string",
                        "",
                        "bundle:dags-folder/contracts, /etc/airflow/contracts",
                    ),
                    "owners_path": _option(
                        "Owners files that are watched, comma-separated, named as in ``contracts_path``.",
                        "string",
                        "",
                        "bundle:dags-folder/OWNERS",
                    ),
                    "dag_run_gate": _option(
                        "Most that the dag-run gate does when a DAG run starts: ``off``, ``observe`` (keep a verdict), "
                        "``warn`` (also a note on the run) or ``block`` (also no task of the run starts). Below it the levels "
                        "of the rules, ``dag_run_gates`` and the DAG's tag ``lineage-gate:block`` choose.",
                        "string",
                        "observe",
                        "block",
                    ),
                    "dag_run_gates": _option(
                        "What the gate does for some DAGs, at most ``dag_run_gate``: a JSON object from globs of DAG ids "
                        "to ``off``, ``observe``, ``warn`` or ``block``. The last glob that matches counts.",
                        "string",
                        "",
                        '{"*": "observe", "finance_*": "block"}',
                    ),
                    "gate_state_lifetime": _option(
                        "Seconds that an answer of the judge, kept for the gates, counts. After it the gate has no "
                        "answer and ``on_error`` says what happens.",
                        "integer",
                        "3600",
                    ),
                    "gate_depth": _option(
                        "How far up the dag-run gate looks: 1 for what a DAG reads, up to 20 for what that is made of too, so "
                        "many steps. What is further up than 1 has to be judged for every DAG that is below it.",
                        "integer",
                        "1",
                    ),
                    "task_gates": _option(
                        "Where upstream data is checked before each task with inlets, without any change to the DAG: a JSON "
                        "object from globs of DAG ids to ``warn`` or ``block``. Empty: nowhere.",
                        "string",
                        "",
                        '{"finance_*": "block"}',
                    ),
                    "parse_gate": _option(
                        "Most that the DAG processor does about a DAG whose upstream data fails: ``off``, ``warn`` or "
                        "``block``. It reads ``gate_snapshot`` and nothing else.",
                        "string",
                        "off",
                    ),
                    "gate_snapshot": _option(
                        "File that the API server writes the state of the gates into, for DAG processors that can "
                        "read it too. Empty: none.",
                        "string",
                        "",
                        "/shared/lineage-gates.json",
                    ),
                    "govern_interval": _option(
                        "Seconds between two rounds of the API server that look into watched folders, judge what "
                        "changed, seal the audit chain and tell owners. ``0``: none.",
                        "integer",
                        "60",
                    ),
                    "waiver_longest": _option(
                        "Days that a waiver or a break-glass grant may hold.", "integer", "90"
                    ),
                    "notifiers": _option(
                        "Who is told when findings open or resolve: a JSON list of objects with ``class`` (an Airflow "
                        "notifier), ``kwargs`` (templates with ``findings``, ``owner``, ``channel`` and ``message``) "
                        "and, to choose, ``owners``, ``rules`` and ``levels``.",
                        "string",
                        "",
                        '[{"class": "airflow.providers.slack.notifications.slack.SlackNotifier", '
                        '"kwargs": {"channel": "{{ channel }}", "text": "{{ message }}"}}]',
                        sensitive=True,
                    ),
                    "notify_quiet": _option(
                        "Minutes between two messages about one finding.", "integer", "60"
                    ),
                    "audit_checkpoints": _option(
                        "File outside of the database that checkpoints of the audit chain are appended to.",
                        "string",
                        "",
                        "/var/lib/airflow/lineage-checkpoints.jsonl",
                    ),
                    "ingest_size_limit": _option(
                        "Bytes that the body of a request with OpenLineage events may have, unpacked.",
                        "integer",
                        "16777216",
                    ),
                    "sensitive_classifications": _option(
                        "Columns that a contract or a producer classifies so are shown by name only to users who "
                        "may read connections.",
                        "string",
                        "confidential, restricted, sensitive, secret, pii",
                    ),
                    "transport": _option(
                        "Where records are forwarded to as OpenLineage events: a JSON object as the OpenLineage "
                        "client takes it. Empty: nowhere.",
                        "string",
                        "",
                        '{"type": "http", "url": "https://marquez.example.com"}',
                        sensitive=True,
                    ),
                    "keep_events": _option(
                        "Days for which events of other producers are kept as they were sent. 0: for ever.",
                        "integer",
                        "30",
                    ),
                    "keep_runs": _option(
                        "Days for which runs are kept with what they read and wrote. 0: for ever. The last runs of "
                        "each job and all edges stay.",
                        "integer",
                        "365",
                    ),
                    "keep_last_runs": _option(
                        "Newest runs of each job that stay whatever their age.", "integer", "10"
                    ),
                    "keep_schemas": _option(
                        "Days for which a schema is kept that its dataset does not have any more. 0: for ever.",
                        "integer",
                        "0",
                    ),
                    "keep_verdicts": _option(
                        "Days for which verdicts are kept with their findings. 0: for ever.", "integer", "0"
                    ),
                    "keep_dead_letters": _option(
                        "Days for which records that could not be ingested are kept. 0: for ever.",
                        "integer",
                        "90",
                    ),
                    "clean_interval": _option(
                        "Hours between two cleanings by the API server. 0: only ``airflow lineage clean`` cleans.",
                        "integer",
                        "0",
                    ),
                },
            }
        },
    }
