"""What is recorded of operators, hooks, what an author says, and the ways in which an attempt runs."""

from __future__ import annotations

from tests.system.capture_matrix_shell import SHELL
from tests.system.technique import Technique, file, postgres, s3, sqlite

OPERATORS = (
    Technique(
        task_id="sql_operator",
        title="SQL operator",
        how='SQLExecuteQueryOperator(sql="INSERT ...")',
        inputs={postgres("orders"): "statement+runtime"},
        outputs={postgres("sql_operator"): "statement+runtime"},
    ),
    Technique(
        task_id="sql_operator_sqlite",
        title="SQL operator on SQLite",
        how='SQLExecuteQueryOperator(conn_id="sqlite", sql="INSERT ...")',
        inputs={sqlite("orders"): "statement+runtime"},
        outputs={sqlite("sql_operator_sqlite"): "statement+runtime"},
    ),
    Technique(
        task_id="generic_transfer",
        title="Transfer, SQL to SQL",
        how="GenericTransfer(sql=..., destination_table=t)",
        inputs={postgres("orders"): "statement+runtime"},
        outputs={postgres("generic_transfer"): "operator+statement+runtime"},
    ),
    Technique(
        task_id="sql_check",
        title="SQL check",
        how="SQLColumnCheckOperator(table=t, ...)",
        inputs={postgres("orders"): "statement+runtime"},
    ),
    Technique(
        task_id="sql_sensor",
        title="SQL sensor",
        how="SqlSensor(sql=...)",
        inputs={postgres("orders"): "statement+runtime"},
    ),
    Technique(
        task_id="file_transfer",
        title="File transfer operator",
        how="FileTransferOperator(src=a, dst=b)",
        inputs={file("orders.csv"): "operator+hook+runtime"},
        outputs={file("file_transfer.csv"): "operator+hook+runtime"},
    ),
    Technique(
        task_id="local_to_s3",
        title="Transfer, file to S3",
        how="LocalFilesystemToS3Operator(...)",
        inputs={file("orders.csv"): "operator+hook+runtime"},
        outputs={s3("local_to_s3.csv"): "operator+hook+runtime"},
    ),
    Technique(
        task_id="sql_to_s3",
        title="Transfer, SQL to S3",
        how="SqlToS3Operator(...)",
        inputs={postgres("orders"): "statement+runtime"},
        outputs={s3("sql_to_s3.csv"): "hook+runtime"},
    ),
    Technique(
        task_id="s3_copy",
        title="Copy in S3",
        how="S3CopyObjectOperator(...)",
        inputs={s3("orders.csv"): "operator+hook+runtime"},
        outputs={s3("s3_copy.csv"): "operator+hook+runtime"},
    ),
    Technique(
        task_id="email",
        title="Attachment of a mail",
        how="EmailOperator(files=[a])",
        inputs={file("orders.csv"): "operator+runtime"},
    ),
)

HOOKS = (
    Technique(
        task_id="hook_sqlite",
        title="SqliteHook.run",
        how='SqliteHook("shop").run(sql)',
        inputs={sqlite("orders"): "statement+runtime"},
        outputs={sqlite("hook_sqlite"): "statement+runtime"},
    ),
    Technique(
        task_id="postgres_hook",
        title="PostgresHook.run",
        how='PostgresHook("shop").run(sql)',
        inputs={postgres("orders"): "statement+runtime"},
        outputs={postgres("postgres_hook"): "statement+runtime"},
    ),
    Technique(
        task_id="postgres_hook_df",
        title="PostgresHook.get_df",
        how="hook.get_df(sql).to_csv(b)",
        inputs={postgres("orders"): "statement+runtime"},
        outputs={file("postgres_hook_df.csv"): "runtime"},
    ),
    Technique(
        task_id="postgres_hook_rows",
        title="PostgresHook.insert_rows",
        how="hook.insert_rows(t, rows)",
        outputs={postgres("postgres_hook_rows"): "statement+runtime"},
    ),
    Technique(
        task_id="postgres_hook_cursor",
        title="The hook's cursor",
        how="hook.get_conn().cursor().execute(sql)",
        inputs={postgres("orders"): "runtime"},
        outputs={postgres("postgres_hook_cursor"): "runtime"},
    ),
    Technique(
        task_id="postgres_hook_copy",
        title="PostgresHook.copy_expert",
        how='hook.copy_expert("COPY t TO STDOUT", b)',
        inputs={postgres("orders"): "statement+runtime"},
        outputs={file("postgres_hook_copy.txt"): "runtime"},
    ),
    Technique(
        task_id="hook_engine",
        title="The hook's engine",
        how="hook.get_sqlalchemy_engine()",
        inputs={postgres("orders"): "runtime"},
        outputs={postgres("hook_engine"): "runtime"},
    ),
    Technique(
        task_id="s3_hook",
        title="S3Hook",
        how="hook.load_string(hook.read_key(...), ...)",
        inputs={s3("orders.csv"): "runtime"},
        outputs={s3("s3_hook.csv"): "hook+runtime"},
    ),
    Technique(
        task_id="object_storage_local",
        title="ObjectStoragePath, local",
        how="ObjectStoragePath(b).write_text(ObjectStoragePath(a).read_text())",
        inputs={file("orders.csv"): "runtime"},
        outputs={file("object_storage_local.csv"): "runtime"},
    ),
    Technique(
        task_id="object_storage_s3",
        title="ObjectStoragePath, S3",
        how='ObjectStoragePath("s3://...", conn_id="aws")',
        inputs={s3("orders.csv"): "runtime"},
        outputs={s3("object_storage_s3.csv"): "runtime"},
    ),
    Technique(
        task_id="object_storage_list",
        title="ObjectStoragePath, a directory",
        how="for path in directory.iterdir(): path.read_bytes()",
        inputs={s3("parts/one.csv"): "runtime", s3("parts/two.csv"): "runtime"},
    ),
    Technique(
        task_id="object_storage_copy",
        title="ObjectStoragePath, copy",
        how="ObjectStoragePath(s3).copy(ObjectStoragePath(file))",
        inputs={s3("orders.csv"): "hook+runtime"},
        outputs={file("object_storage_copy.csv"): "hook+runtime"},
    ),
)

SAID = (
    Technique(
        task_id="declared",
        title="Inlets and outlets",
        how="@task(inlets=[Asset(a)], outlets=[Asset(b)])",
        inputs={s3("declared.csv", "landing"): "declared"},
        outputs={file("declared.csv"): "declared"},
    ),
    Technique(
        task_id="declared_name",
        title="An asset that has a name only",
        how='outlets=[Asset("report")]',
        outputs={("airflow-asset", "matrix-report"): "declared"},
    ),
    Technique(
        task_id="declared_scheme",
        title="A scheme of your own",
        how='inlets=[Asset("x-lake://raw/orders")]',
        inputs={("x-lake://raw", "orders"): "declared"},
    ),
    Technique(
        task_id="declared_alias",
        title="AssetAlias",
        how="outlet_events[AssetAlias(a)].add(Asset(b))",
        outputs={s3("declared_alias.csv", "landing"): "declared"},
    ),
    Technique(
        task_id="declared_event",
        title="Outlet events",
        how="outlet_events[asset].extra = {...}",
        outputs={s3("declared_event.csv", "landing"): "declared"},
    ),
    Technique(
        task_id="said_uri",
        is_our_api=True,
        title="Said by the task, URI",
        how='lineage.read("s3://..."); lineage.wrote("s3://...")',
        inputs={s3("said_uri.csv", "landing"): "declared"},
        outputs={s3("said_uri.parquet", "landing"): "declared"},
    ),
    Technique(
        task_id="said_asset",
        is_our_api=True,
        title="Said by the task, Asset",
        how="lineage.wrote(Asset(...))",
        inputs={("x-lake://raw", "said_asset"): "declared"},
        outputs={("airflow-asset", "matrix-said"): "declared"},
    ),
    Technique(
        task_id="said_table",
        is_our_api=True,
        title="Said by the task, table",
        how='lineage.read("orders", conn_id="shop")',
        inputs={postgres("orders"): "declared"},
        outputs={postgres("said_table"): "declared"},
    ),
    Technique(
        task_id="said_dataset",
        is_our_api=True,
        title="Said by the task, OpenLineage's Dataset",
        how="lineage.read(Dataset(namespace=..., name=...))",
        inputs={("kafka://broker:9092", "orders"): "declared"},
        outputs={s3("said_dataset.csv", "landing"): "declared"},
    ),
    Technique(
        task_id="said_decorator",
        is_our_api=True,
        title="Said by a decorator",
        how='@lineage.dataset(reads="s3://.../{name}.csv")',
        inputs={s3("said_decorator.csv", "landing"): "declared"},
        outputs={("x-lake://raw", "said_decorator"): "declared"},
    ),
)

ATTEMPTS = (
    Technique(
        task_id="policy_off",
        is_our_api=True,
        title="Capture switched off",
        how="@lineage.policy(capture=False)",
        left_out=("capture: switched off by the lineage policy of the task",),
        note="the record says so",
    ),
    Technique(
        task_id="policy_sample",
        is_our_api=True,
        title="Not in the sample",
        how="@lineage.policy(sample=0)",
        left_out=("capture: not in the sample of 0 that the lineage policy of the task asks for",),
        note="the record says so",
    ),
    Technique(
        task_id="policy_without_files",
        is_our_api=True,
        title="One source switched off",
        how='@lineage.policy(sources={"files": False})',
        outputs={s3("policy_without_files.csv", "landing"): "declared"},
    ),
    Technique(
        task_id="mapped",
        map_index=0,
        title="Mapped task",
        how='task.expand(name=["first", "second"])',
        outputs={file("mapped-first.txt"): "runtime"},
        note="one run per map index",
    ),
    Technique(
        task_id="mapped",
        map_index=1,
        title="Mapped task, the second",
        how='task.expand(name=["first", "second"])',
        outputs={file("mapped-second.txt"): "runtime"},
    ),
    Technique(
        task_id="failing",
        title="A task that fails",
        how='write(b); raise RuntimeError("...")',
        inputs={file("orders.csv"): "runtime"},
        outputs={file("failing.txt"): "runtime"},
        state="failed",
        note="the output is `attempted`, not `updated`",
    ),
    Technique(
        task_id="skipped",
        title="A task that skips itself",
        how="write(b); raise AirflowSkipException",
        outputs={file("skipped.txt"): "runtime"},
        state="skipped",
        note="the output is `attempted`",
    ),
    Technique(
        task_id="other_interpreter",
        title="Another interpreter",
        how="@task.external_python(python)",
        left_out=(
            "runtime: the callable ran in another interpreter; what it reads and writes is not seen unless declared",
        ),
        note="not seen, and the record says so; inlets and outlets declare it",
    ),
    Technique(
        task_id="deferrable",
        title="A task that defers",
        how="read(a); self.defer(...); write(b)",
        inputs={file("orders.csv"): "runtime"},
        outputs={file("deferrable.txt"): "runtime"},
        note="one run of two processes",
    ),
    Technique(
        task_id="sensor",
        title="A sensor",
        how="@task.sensor: read(a)",
        inputs={file("orders.csv"): "runtime"},
    ),
)

AIRFLOW_GROUPS: dict[str, tuple[Technique, ...]] = {
    "Operators": OPERATORS,
    "Bash": SHELL,
    "Hooks": HOOKS,
    "What an author says": SAID,
    "How an attempt runs": ATTEMPTS,
}
