from __future__ import annotations

import time
from pathlib import Path

import pytest

from airflow_lineage_provider.governance.offline.dag_files import UnreadablePath, load_dag_files
from airflow_lineage_provider.governance.offline.import_trouble import trouble_of
from tests.governance.offline.project import Project


def trouble(project: Project, text: str) -> tuple[int | None, str]:
    file = project.dags / "file.py"
    file.write_text(text)
    loaded = load_dag_files([project.dags])
    assert loaded.dags == {}
    (found,) = loaded.troubles
    assert found.path == str(file)
    return found.line, found.message


def test_a_syntax_error_has_its_line(project: Project) -> None:
    line, message = trouble(project, "from airflow.sdk import DAG\n\ndef x(:\n")
    assert (line, message) == (3, "SyntaxError: invalid syntax")


def test_of_an_error_in_a_module_the_line_of_the_dag_file_is_told(project: Project) -> None:
    (project.dags / "helper_of_mine.py").write_text("def f():\n    return g()\ndef g():\n    return 1 / 0\n")
    text = "from airflow.sdk import DAG\nfrom helper_of_mine import f\n\nf()\n"

    assert trouble(project, text) == (4, "ZeroDivisionError: division by zero")


def test_an_exit_is_no_exit_of_the_check(project: Project) -> None:
    assert trouble(project, "from airflow.sdk import DAG\nraise SystemExit(0)\n")[0] == 2


def test_a_file_that_hangs_is_ended(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT", "1")
    begin = time.monotonic()
    line, message = trouble(project, "from airflow.sdk import DAG\nimport time\ntime.sleep(60)\n")

    assert line == 3
    assert "timeout" in message
    assert time.monotonic() - begin < 30


def test_a_cluster_policy_that_refuses_a_dag_is_told(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow import settings
    from airflow.exceptions import AirflowClusterPolicyViolation

    def refuse(dag: object) -> None:
        raise AirflowClusterPolicyViolation("every DAG has tags")

    monkeypatch.setattr(settings, "dag_policy", refuse)
    project.reader("shop")
    (found,) = load_dag_files([project.dags]).troubles

    assert found.message == "AirflowClusterPolicyViolation: every DAG has tags"


def test_whoever_asks_for_the_database_is_refused(project: Project) -> None:
    text = (
        "from airflow.sdk import DAG\nfrom airflow.utils.session import create_session\n"
        "with create_session() as session:\n    pass\n"
    )
    line, message = trouble(project, text)
    assert (line, "database" in message) == (3, True)


def test_the_database_is_there_again_afterwards(project: Project, session: object) -> None:
    from airflow.utils.session import create_session
    from sqlalchemy import text

    project.reader("shop")
    load_dag_files([project.dags])
    with create_session(scoped=False) as again:
        assert again.scalar(text("select 1")) == 1


def test_what_files_print_does_not_get_into_the_report(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project.reader("shop")
    file.write_text(file.read_text() + "print('hello')\n")
    load_dag_files([project.dags])

    printed = capsys.readouterr()
    assert (printed.out, "hello" in printed.err) == ("", True)


def test_ignored_files_are_ignored(project: Project) -> None:
    project.reader("shop")
    project.reader("draft")
    (project.dags / ".airflowignore").write_text("draft.py\n")

    assert set(load_dag_files([project.dags]).dags) == {"shop"}


def test_a_file_and_its_folder_are_loaded_once(project: Project) -> None:
    file = project.reader("shop")
    loaded = load_dag_files([file, project.dags])

    assert (loaded.files, set(loaded.dags), loaded.troubles) == (1, {"shop"}, [])


def test_folders_without_dag_files_pass_nothing(project: Project) -> None:
    (project.dags / "sql.py").write_text("TEXT = 'SELECT 1'\n")
    with pytest.raises(UnreadablePath, match=r"there is no DAG file in .*dags: "):
        project.check()

    project.contract()
    assert [notice for notice in project.check().notices if notice.startswith("there is no DAG file")]


def test_a_path_may_go_up_first(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow import settings

    monkeypatch.setattr(settings, "DAGS_FOLDER", str(project.dags))
    team = project.dags / "team"
    team.mkdir()
    (project.dags / "team_names_of_shop.py").write_text("ID = 'shop'\n")
    (team / "shop.py").write_text(
        "from airflow.sdk import DAG\nfrom team_names_of_shop import ID\nwith DAG(ID): ...\n"
    )
    monkeypatch.chdir(project.contracts)

    for path in (Path("../dags"), Path("../dags/team/shop.py")):
        loaded = load_dag_files([path])
        assert (set(loaded.dags), loaded.troubles) == ({"shop"}, [])
        assert loaded.dags["shop"].data["dag"]["relative_fileloc"] == "team/shop.py"


@pytest.mark.parametrize("name", ["nowhere", "nowhere.py"])
def test_a_path_that_is_not_there_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadablePath, match="there is no such file"):
        load_dag_files([tmp_path / name])


def test_a_file_without_dags_of_airflow_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("")
    with pytest.raises(UnreadablePath, match="no DAGs"):
        load_dag_files([tmp_path / "x.txt"])


@pytest.mark.parametrize(
    ("said", "message", "line"),
    [
        ("ValueError: no", "ValueError: no", None),
        ("", "it cannot be loaded", None),
        ('  File "/x/a.py", line 7, in f\n    g()\npkg.Err: why\nmore', "Err: why", 7),
        ('  File "/x/other.py", line 7\nErr: postgres://u:pw@h/db', "Err: postgres://h/db", None),
    ],
)
def test_what_airflow_says_is_read(said: str, message: str, line: int | None) -> None:
    found = trouble_of("/x/a.py", said)
    assert (found.message, found.line) == (message, line)
