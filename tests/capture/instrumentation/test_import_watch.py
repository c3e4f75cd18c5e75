from __future__ import annotations

import importlib
import sys
import threading
from pathlib import Path
from types import ModuleType

import pytest

from airflow_lineage_provider.capture.instrumentation.import_watch import ImportWatch


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package whose import takes a moment, with two modules."""
    folder = tmp_path / "slow_package"
    folder.mkdir()
    (folder / "__init__.py").write_text("import time; time.sleep(0.2)")
    for name in ("one", "two"):
        (folder / f"{name}.py").write_text(f"NAME = {name!r}")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "slow_package"
    for name in [name for name in sys.modules if name.startswith("slow_package")]:
        del sys.modules[name]


def test_an_awaited_module_is_told_of_once_it_is_there(package: str) -> None:
    seen: list[ModuleType] = []
    watch = ImportWatch(frozenset({f"{package}.one"}), seen.append)
    watch.begin()
    try:
        module = importlib.import_module(f"{package}.one")
        importlib.import_module(f"{package}.two")
    finally:
        watch.end()
    assert seen == [module]
    assert module.NAME == "one"
    # Nobody can tell that we were there.
    assert type(module.__loader__).__module__ == "_frozen_importlib_external"
    assert module.__spec__.loader is module.__loader__
    assert importlib.reload(module).NAME == "one"
    assert watch not in sys.meta_path


def test_threads_that_import_modules_of_one_package_do_not_wait_for_each_other_for_ever(package: str) -> None:
    seen: list[str] = []
    names = frozenset({f"{package}.one", f"{package}.two"})
    watch = ImportWatch(names, lambda module: seen.append(module.__name__))
    watch.begin()
    try:
        threads = [
            threading.Thread(target=importlib.import_module, args=(name,), daemon=True) for name in names
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert not any(thread.is_alive() for thread in threads)
    finally:
        watch.end()
    assert sorted(seen) == sorted(names)


def test_a_module_that_is_not_there_is_not_found(package: str) -> None:
    watch = ImportWatch(frozenset({f"{package}.three"}), lambda _: None)
    watch.begin()
    try:
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module(f"{package}.three")
    finally:
        watch.end()
