"""Real command lines: what each of them reads, writes and runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from airflow.providers.standard.operators.bash import BashOperator

from airflow_lineage_provider.capture.extractors.bash import BashExtractor
from airflow_lineage_provider.capture.extractors.extractor import Extraction
from airflow_lineage_provider.model.naming import namespace_of

FILES = (
    "in/a.csv",
    "in/b.csv",
    "in/c d.csv",
    "out/a.csv",
    "out/b.csv",
    "out/x",
    "out/y",
    "q.sql",
    "shop.db",
    "out/a.csv.gz",
)
ENVIRONMENT = {"DAY": "2024-01-01", "PGHOST": "pg", "PGDATABASE": "shop", "HOME": "/nowhere", "PW": "hunter2"}
PG = "postgres://pg:5432 shop"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("SELECT 1 FROM q")
    return tmp_path


def extracted(command: str, folder: Path) -> Extraction:
    task = BashOperator(task_id="t", bash_command=command, cwd=str(folder), env=dict(ENVIRONMENT))
    extraction = Extraction()
    BashExtractor().extract(task, {}, extraction, failed=False)
    return extraction


def found(extraction: Extraction, folder: Path) -> tuple[list[str], list[str], list[str]]:
    """Inputs, outputs and statements, with files relative to the folder."""
    names = [
        sorted(str(entry.identity).replace(f"file {folder}/", "") for entry in entries)
        for entries in (extraction.inputs, extraction.outputs)
    ]
    statements = [
        f"{namespace_of(connection).replace(f'{folder}/', '')}"
        f"{''.join(f' {part}' for part in (connection.database, connection.schema) if part)}: {statement.sql.strip()}"
        for connection, statement in extraction.statements
    ]
    return names[0], names[1], statements


TABLE: list[tuple[str, list[str], list[str], list[str]]] = [
    # files
    ("cp in/a.csv out/x", ["in/a.csv"], ["out/x"], []),
    ("cp in/a.csv in/b.csv out", ["in/a.csv", "in/b.csv"], ["out/a.csv", "out/b.csv"], []),
    ("cp -r in/a.csv out/", ["in/a.csv"], ["out/a.csv"], []),
    ("cp -t out in/a.csv", ["in/a.csv"], ["out/a.csv"], []),
    ("cp 'in/c d.csv' out/x", ["in/c d.csv"], ["out/x"], []),
    ("cp in/c\\ d.csv out/x", ["in/c d.csv"], ["out/x"], []),
    ("cp in/{a,b}.csv out/", ["in/a.csv", "in/b.csv"], ["out/a.csv", "out/b.csv"], []),
    ("/bin/cp in/a.csv out/x", ["in/a.csv"], ["out/x"], []),
    ("mv in/gone.csv out/x", ["in/gone.csv"], ["out/x"], []),
    ("mv in/gone.csv out/gone", [], [], []),
    ("ln -s in/a.csv out/x", ["in/a.csv"], ["out/x"], []),
    ("install -m 644 in/a.csv out/x", ["in/a.csv"], ["out/x"], []),
    ("install -d out", [], [], []),
    ("rm in/gone.csv", [], ["in/gone.csv"], []),
    ("rm -f in/gone.csv", [], [], []),
    ("touch out/x", [], ["out/x"], []),
    ("cat in/a.csv > out/x", ["in/a.csv"], ["out/x"], []),
    ("cat in/a.csv >> out/x 2> out/y", ["in/a.csv"], ["out/x"], []),
    ("cat in/*.csv > out/x", ["in/a.csv", "in/b.csv", "in/c d.csv"], ["out/x"], []),
    ("python job.py < in/a.csv &> out/x", ["in/a.csv"], ["out/x"], []),
    ("python job.py in/a.csv > /dev/null 2>&1", [], [], []),
    ("grep -v '^#' in/a.csv | sort -u | tee out/x", ["in/a.csv"], ["out/x"], []),
    ("grep -e in/b.csv in/a.csv | wc -l", ["in/a.csv"], [], []),
    ("sort -t, -k2,2 in/a.csv -o out/x", ["in/a.csv"], ["out/x"], []),
    ("sed -i.bak 's/a/b/' in/a.csv", ["in/a.csv"], ["in/a.csv"], []),
    ("sed -n '1,10p' in/a.csv | tail -n +2 > out/x", ["in/a.csv"], ["out/x"], []),
    ("awk -F, -v d=1 '{ print $1 }' x=1 in/a.csv > out/x", ["in/a.csv"], ["out/x"], []),
    ("jq -r --arg day in/b.csv '.[] | .x' in/a.csv > out/x", ["in/a.csv"], ["out/x"], []),
    ("cut -d , -f 1 in/a.csv | head -n 5 > out/x", ["in/a.csv"], ["out/x"], []),
    ("uniq in/a.csv out/x", ["in/a.csv"], ["out/x"], []),
    ("diff <(sort in/a.csv) <(sort in/b.csv) > out/x", ["in/a.csv", "in/b.csv"], ["out/x"], []),
    ("dd if=in/a.csv of=out/x bs=1M", ["in/a.csv"], ["out/x"], []),
    ("split -l 100 in/a.csv out/a", ["in/a.csv"], ["out/a.csv", "out/a.csv.gz"], []),
    ("gzip out/a.csv", ["out/a.csv"], ["out/a.csv.gz"], []),
    ("gzip -dc out/a.csv.gz > out/x", ["out/a.csv.gz"], ["out/x"], []),
    ("gunzip -k out/a.csv.gz", ["out/a.csv.gz"], ["out/a.csv"], []),
    ("tar czf out/x in/a.csv in/b.csv", ["in/a.csv", "in/b.csv"], ["out/x"], []),
    ("tar -czf out/x -C in a.csv", ["in/a.csv"], ["out/x"], []),
    ("tar xf out/x -C in", ["out/x"], ["in"], []),
    ("zip out/y.zip in/a.csv", ["in/a.csv"], [], []),
    ("unzip -o out/x -d in", ["out/x"], ["in"], []),
    ("rsync -avz --delete in/ etl@store:/data/in/", ["in"], ["file://store /data/in"], []),
    ("rsync -a in out", ["in"], [], []),
    ("scp -P 2222 in/a.csv store:/data/", ["in/a.csv"], ["file://store:2222 /data"], []),
    ("scp scp://store:2222//data/a.csv out/x", ["file://store:2222 /data/a.csv"], ["out/x"], []),
    ("scp -i key store:/data/a.csv out/x", ["file://store /data/a.csv"], ["out/x"], []),
    # what the shell does around them
    ("cd in && cp a.csv ../out/x", ["in/a.csv"], ["out/x"], []),
    ("(cd in; cp a.csv b.csv); cp in/a.csv out/x", ["in/a.csv"], ["in/b.csv", "out/x"], []),
    ("F=in/a.csv; cp $F \"${T:-out/x}\"", ["in/a.csv"], ["out/x"], []),
    ("for t in a b; do cp in/$t.csv out/; done", ["in/a.csv", "in/b.csv"], ["out/a.csv", "out/b.csv"], []),
    ("for f in in/[ab].csv; do cp \"$f\" out/$(basename $f); done", ["in/a.csv", "in/b.csv"], ["out/a.csv", "out/b.csv"], []),
    ("load() { cp \"in/$1.csv\" out/x; }\nload a", ["in/a.csv"], ["out/x"], []),
    ("if [ \"$DAY\" = 2024-01-01 ]; then cp in/a.csv out/x; else cp in/b.csv out/x; fi", ["in/a.csv"], ["out/x"], []),
    ("sudo -u etl env A=1 timeout 10 nice -n 5 cp in/a.csv out/x", ["in/a.csv"], ["out/x"], []),
    ("nohup time cp in/a.csv out/x &", ["in/a.csv"], ["out/x"], []),
    ("bash -euo pipefail -c 'cp in/a.csv out/x'", ["in/a.csv"], ["out/x"], []),
    ("sh -c 'cp \"in/$0.csv\" out/x' a", [], ["out/x"], []),
    ("eval \"cp in/a.csv out/x\"", ["in/a.csv"], ["out/x"], []),
    ("set -- in/a.csv out/x; cp \"$@\"", ["in/a.csv"], ["out/x"], []),
    ("A=(in/a.csv in/b.csv)\nexport Z\ncat \"${A[@]}\" > out/x", ["in/a.csv", "in/b.csv"], ["out/x"], []),
    ("cat in/a.csv > out/x; cp out/x out/y", ["in/a.csv"], ["out/x", "out/y"], []),
    ("exit 0; cp in/a.csv out/x", [], [], []),
    ("cp in/a.csv out/x # cp in/b.csv out/y", ["in/a.csv"], ["out/x"], []),
    ("cat <<EOF > out/x\ncp in/a.csv out/y\nEOF", [], ["out/x"], []),
    ("while read -r line; do echo $line; done < in/a.csv > out/x", ["in/a.csv"], ["out/x"], []),
    ("cat /etc/hostname /proc/cpuinfo > /dev/null", [], [], []),
    # object stores and the web
    ("aws s3 cp in/a.csv s3://b/raw/", ["in/a.csv"], ["s3://b raw/a.csv"], []),
    ("aws --profile p s3 cp s3://b/raw/a.csv out/ --quiet", ["s3://b raw/a.csv"], ["out/a.csv"], []),
    ("aws s3 cp in/a.csv s3://b", ["in/a.csv"], ["s3://b a.csv"], []),
    ("aws s3 sync in s3://b/raw --exclude '*' --include '*.csv'", ["in"], ["s3://b raw"], []),
    ("aws s3 mv s3://b/k s3://c/k", ["s3://b k"], ["s3://c k"], []),
    ("aws s3 cp s3://b/raw/$DAY/ out --recursive", ["s3://b raw/2024-01-01"], ["out"], []),
    ("zcat out/a.csv.gz | aws s3 cp - s3://b/k", ["out/a.csv.gz"], ["s3://b k"], []),
    ("aws s3 ls s3://b/raw/", [], [], []),
    ("aws s3api put-object --bucket b --key k --body in/a.csv", ["in/a.csv"], ["s3://b k"], []),
    ("aws s3api get-object --bucket b --key k out/x", ["s3://b k"], ["out/x"], []),
    ("gsutil -m cp -r gs://b/raw/*.csv out", ["gs://b raw"], ["out"], []),
    ("gcloud storage cp in/a.csv gs://b/k --project p", ["in/a.csv"], ["gs://b k"], []),
    ("gcloud storage rsync in gs://b/raw --recursive", ["in"], ["gs://b raw"], []),
    (
        "az storage blob upload --account-name acc -c con -n k -f in/a.csv --sas-token $PW",
        ["in/a.csv"],
        ["wasbs://con@acc.blob.core.windows.net k"],
        [],
    ),
    ("curl -fsSL -u me:$PW 'https://u:p@h.com/x/a.csv?sig=1' -o out/x", ["https://h.com x/a.csv"], ["out/x"], []),
    ("curl -s \"https://h.com/a.csv?token=$(get)\" > out/x", ["https://h.com a.csv"], ["out/x"], []),
    ("curl -X POST -d '{}' https://h.com/hook", [], [], []),
    ("curl https://h.com/health", [], [], []),
    ("curl -T in/a.csv https://h.com/up/", ["in/a.csv"], ["https://h.com up/a.csv"], []),
    ("cd out && wget -q https://h.com/x/a.csv", ["https://h.com x/a.csv"], ["out/a.csv"], []),
    ("wget -O out/x https://h.com/a.csv", ["https://h.com a.csv"], ["out/x"], []),
    ("spark-submit --master yarn --files in/a.csv,s3://b/k app.py in/b.csv", ["in/a.csv", "s3://b k"], [], []),
    # databases
    ("psql -c 'SELECT 1'", [], [], [f"{PG}: SELECT 1"]),
    ("psql -qtAX -h h -p 6543 -U u -d d -c 'SELECT 1' > out/x", [], ["out/x"], ["postgres://h:6543 d: SELECT 1"]),
    ("psql postgresql://u:$PW@h:1/d?sslmode=require -c 'SELECT 1'", [], [], ["postgres://h:1 d: SELECT 1"]),
    ("psql \"host=h dbname=d password=$PW\" -c 'SELECT 1'", [], [], ["postgres://h:5432 d: SELECT 1"]),
    ("PGDATABASE=d psql -f q.sql", [], [], ["postgres://pg:5432 d: SELECT 1 FROM q"]),
    ("psql < q.sql", [], [], [f"{PG}: SELECT 1 FROM q"]),
    ("cat q.sql | psql", [], [], [f"{PG}: SELECT 1 FROM q"]),
    ("echo \"SELECT '$DAY'\" | psql -1", [], [], [f"{PG}: SELECT '2024-01-01'"]),
    ("psql <<< 'SELECT 1'", [], [], [f"{PG}: SELECT 1"]),
    ("psql <<'EOF' | tee out/x\nSELECT '$DAY'\nEOF", [], ["out/x"], [f"{PG}: SELECT '$DAY'"]),
    ("psql -q <<EOF -h h\nSELECT '$DAY', '$(date)';\nEOF", [], [], ["postgres://h:5432 shop: SELECT '2024-01-01', '?';"]),
    ("psql -v t=q -c 'SELECT 1 FROM :t WHERE d = :'\"'d'\"''", [], [], [f"{PG}: SELECT 1 FROM q WHERE d = :'d'"]),
    ("psql -c \"\\copy t (a, b) from 'in/a.csv' with csv header\"", ["in/a.csv"], [], [f"{PG}: COPY t (a, b) FROM STDIN"]),
    ("psql -c \"\\copy (select 1 from t) to 'out/x' csv\"", [], ["out/x"], [f"{PG}: COPY (select 1 from t) TO STDOUT"]),
    ("psql -c 'COPY t FROM STDIN' < in/a.csv", ["in/a.csv"], [], [f"{PG}: COPY t FROM STDIN"]),
    (
        "psql <<EOF\nCOPY t FROM stdin;\n1\tx\n\\.\n\\c other\nSELECT 2;\nEOF",
        [],
        [],
        [f"{PG}: COPY t FROM stdin;", "postgres://pg:5432 other: SELECT 2;"],
    ),
    ("mysql -h h -uu -p$PW d -e 'SELECT 1'", [], [], ["mysql://h:3306 d: SELECT 1"]),
    ("mysql --host=h d < q.sql", [], [], ["mysql://h:3306 d: SELECT 1 FROM q"]),
    ("sqlite3 shop.db 'SELECT 1'", [], [], ["sqlite://shop.db: SELECT 1"]),
    ("sqlite3 -csv shop.db 'SELECT 1' > out/x", [], ["out/x"], ["sqlite://shop.db: SELECT 1"]),
    (
        "sqlite3 shop.db <<EOF\n.mode csv\n.import in/a.csv t\n.output out/x\nSELECT 1 FROM t;\nEOF",
        ["in/a.csv"],
        ["out/x"],
        ['sqlite://shop.db: INSERT INTO "t" SELECT NULL', "sqlite://shop.db: SELECT 1 FROM t;"],
    ),
    ("duckdb shop.db -c 'SELECT 1'", [], [], ["duckdb://shop.db: SELECT 1"]),
    ("clickhouse-client --host h -q 'INSERT INTO t FORMAT CSV' < in/a.csv", ["in/a.csv"], [], ["clickhouse://h:9000 default: INSERT INTO t FORMAT CSV"]),
    ("bq --project_id=p query --nouse_legacy_sql 'SELECT 1'", [], [], ["bigquery p: SELECT 1"]),
    ("bq load --source_format=CSV p:d.t gs://b/a.csv", ["gs://b a.csv"], ["bigquery p.d.t"], []),
    ("bq extract --project_id p d.t gs://b/a-*.csv", ["bigquery p.d.t"], ["gs://b /"], []),
    ("snowsql -a acc -d DB -s S -q 'SELECT 1'", [], [], ["snowflake://acc DB S: SELECT 1"]),
    ("snow sql --account acc --database DB -q 'SELECT 1'", [], [], ["snowflake://acc DB: SELECT 1"]),
    ("trino --server https://h --catalog hive --schema s --execute 'SELECT 1'", [], [], ["trino://h:443 hive s: SELECT 1"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "inputs", "outputs", "statements"), TABLE, ids=lambda value: str(value)[:60]
)
def test_a_command_line(
    command: str, inputs: list[str], outputs: list[str], statements: list[str], folder: Path
) -> None:
    extraction = extracted(command, folder)
    assert found(extraction, folder) == (inputs, outputs, statements)
    assert "hunter2" not in repr(extraction)


@pytest.mark.parametrize(
    ("command", "note"),
    [
        ("cp $HOSTNAME/a.csv out/x", "cp, line 1: $HOSTNAME is not known"),
        ("\ncp $(ls in) out/x", "cp, line 2: the output of a command is not known"),
        ("cd $(mktemp -d); cp a.csv b.csv", "cp, line 1: the working folder is not known"),
        ("ls in | while read f; do cp $f out/x; done", "cp, line 1: $f is not certain"),
        ("ls in | xargs -I{} cp {} out/x", "cp, line 1: what xargs reads is not known"),
        ("for f in $(ls); do cp $f out/x; done", "for, line 1: the words it goes through are not known"),
        ("[ -f in/z.csv ] && cp in/a.csv out/x", "cp, line 1: it may not have run"),
        ("test -f x || aws s3 cp in/a.csv s3://b/k", "aws, line 1: it may not have run"),
        ("psql -h $HOSTNAME -c 'SELECT 1'", "psql, line 1: $HOSTNAME is not known"),
        ("psql -c \"SELECT 1 FROM $HOSTNAME\"", "psql, line 1: $HOSTNAME is not known"),
        ("psql $OPTIONS_$RANDOM -c 'SELECT 1'", "psql, line 1: $RANDOM is not known"),
        ("psql -f gone.sql", "psql, line 1: a file with SQL is not there any more"),
        ("make_sql | psql", "psql, line 1: the output of a command is not known"),
        ("psql service=x -c 'SELECT 1'", "psql, line 1: the address is in a service file"),
        ("snowsql -q 'SELECT 1'", "snowsql, line 1: the account is not on the command line"),
        ("bq load d.t gs://b/k", "bq, line 1: the project is not known"),
        ("dbt run", "dbt, line 1: run_results.json of dbt is not there"),
        ("echo 'unclosed", "the command: from line 1 on it could not be parsed"),
        (". gone.sh", "., line 1: the script is not on this machine any more"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_named(command: str, note: str, folder: Path) -> None:
    extraction = extracted(command, folder)
    assert f"shell: {note}" in extraction.truncated


def test_statements_of_a_branch_that_may_not_run_are_not_executed(folder: Path) -> None:
    extraction = extracted(
        "if grep -q x in/a.csv; then psql -c 'DELETE FROM t'; fi; psql -c 'SELECT 1'", folder
    )
    assert [statement.executed for _, statement in extraction.statements] == [False, True]


def test_a_guard_that_ends_with_an_error_leaves_the_rest_certain(folder: Path) -> None:
    extraction = extracted("[ -f in/a.csv ] || exit 1\npsql -c 'SELECT 1'", folder)
    assert [statement.executed for _, statement in extraction.statements] == [True]


def test_a_guard_that_ends_well_leaves_the_rest_open(folder: Path) -> None:
    extraction = extracted("[ -f in/z.csv ] && exit 0\npsql -c 'SELECT 1'", folder)
    assert [statement.executed for _, statement in extraction.statements] == [False]


def test_script_files_are_followed_one_level(folder: Path) -> None:
    (folder / "inner.sh").write_text("#!/bin/bash\ncp in/b.csv out/y\n")
    (folder / "outer.sh").write_text('#!/usr/bin/env bash\ncp "in/$1.csv" out/x\n./inner.sh\nbash inner.sh\n')
    extraction = extracted("./outer.sh a", folder)
    assert found(extraction, folder)[:2] == (["in/a.csv"], ["out/x"])
    assert extraction.truncated == [
        "shell: bash, line 4: a script that another script starts is not followed"
    ]


def test_a_sourced_file_sets_variables(folder: Path) -> None:
    (folder / "settings.sh").write_text("SOURCE=in/a.csv\n")
    assert found(extracted("source ./settings.sh; cp $SOURCE out/x", folder), folder)[:2] == (
        ["in/a.csv"],
        ["out/x"],
    )


def test_more_files_than_a_pattern_may_name_are_their_folder(folder: Path) -> None:
    for number in range(120):
        (folder / "in" / f"{number}.part").touch()
    assert found(extracted("cat in/*.part > out/x", folder), folder)[:2] == (["in"], ["out/x"])


def test_a_value_in_the_place_of_a_program_is_not_repeated(folder: Path) -> None:
    extraction = extracted('$PW > $HOSTNAME; "$PW" x', folder)
    assert extraction.truncated == ["shell: a program, line 1: $HOSTNAME is not known"]
