"""Contracts in force whose files are no longer there."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from airflow_lineage_provider.store.contracts import ContractSummary, summaries


def no_longer_there(
    folders: Iterable[Path], there: Mapping[str, str], *, session: Session
) -> list[ContractSummary]:
    """Contracts that were applied from files under folders and that no file there holds any more.

    :param there: absolute path of each contract file that was just read, to the contract in it.

    A file of another name, once applied by its path, is there as long as it exists.
    """
    roots = [os.path.abspath(folder) + os.sep for folder in folders]
    kept = set(there.values())
    return [
        entry
        for entry in summaries(session=session)
        if entry.source
        and entry.contract_id not in kept
        and any(entry.source.startswith(root) for root in roots)
        and (entry.source in there or _is_gone(entry.source))
    ]


def others_of(source: str, keep: Collection[str], *, session: Session) -> list[ContractSummary]:
    """Contracts in force that came from a source, without those that are kept.

    :param keep: their ids.
    """
    return [
        entry
        for entry in summaries(session=session)
        if entry.source == source and entry.contract_id not in keep
    ]


def _is_gone(path: str) -> bool:
    """What cannot be looked at is not gone."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False
