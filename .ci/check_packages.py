"""Check what an sdist and a wheel hold: ``python .ci/check_packages.py DIST``."""

# ruff: noqa: T201 - a script: it prints
from __future__ import annotations

import sys
import tarfile
import zipfile
from pathlib import Path

PACKAGE = "airflow_lineage_provider"
NEEDED = (
    "py.typed",
    "store/alembic.ini",
    "store/migrations/env.py",
    "store/migrations/script.py.mako",
)
METADATA = (
    "Name: airflow-lineage-provider",
    "License-Expression: Apache-2.0",
    "Requires-Dist: apache-airflow>=",
)
ENTRY_POINTS = ("[apache_airflow_provider]", "[airflow.plugins]")


def problems_of_wheel(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
        folder = next(name.partition("/")[0] for name in names if ".dist-info/" in name)
        metadata = wheel.read(f"{folder}/METADATA").decode()
        entry_points = wheel.read(f"{folder}/entry_points.txt").decode()
    problems = [f"{name} stands outside of the package" for name in names if not _is_ours(name, folder)]
    problems += [f"{PACKAGE}/{name} is missing" for name in NEEDED if f"{PACKAGE}/{name}" not in names]
    problems += [f"METADATA lacks {line!r}" for line in METADATA if line not in metadata]
    problems += [f"entry_points.txt lacks {line}" for line in ENTRY_POINTS if line not in entry_points]
    in_tree = {path.as_posix() for path in Path(PACKAGE).rglob("*.py")}
    problems += [f"{name} is missing" for name in sorted(in_tree - set(names))]
    if not [name for name in names if name.startswith(f"{PACKAGE}/store/migrations/versions/")]:
        problems.append("no migration is in it")
    return problems


def problems_of_sdist(path: Path) -> list[str]:
    with tarfile.open(path) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    wanted = (
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "pyproject.toml",
        *(f"{PACKAGE}/{name}" for name in NEEDED),
    )
    return [f"{name} is missing" for name in wanted if name not in names] + [
        f"{name} belongs to Airflow" for name in names if name.startswith("airflow/")
    ]


def _is_ours(name: str, folder: str) -> bool:
    return name.startswith((f"{PACKAGE}/", f"{folder}/"))


def main() -> int:
    dist = Path(sys.argv[1])
    wheels, sdists = list(dist.glob("*.whl")), list(dist.glob("*.tar.gz"))
    if len(wheels) != 1 or len(sdists) != 1:
        print(
            f"{dist} must hold one wheel and one sdist, it holds {sorted(path.name for path in dist.iterdir())}"
        )
        return 1
    problems = [f"{wheels[0].name}: {problem}" for problem in problems_of_wheel(wheels[0])]
    problems += [f"{sdists[0].name}: {problem}" for problem in problems_of_sdist(sdists[0])]
    print("\n".join(problems) or f"{wheels[0].name} and {sdists[0].name} hold what they must")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
