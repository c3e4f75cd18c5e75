"""What somebody may see of the lineage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Access:
    """The rights of one reader.

    A reader sees what the DAGs they may read touch. What else is next to that is masked: that it is there, and of
    which type, but not what it is called.
    """

    dag_ids: frozenset[str] | None
    """DAGs that may be read; ``None``: everything, jobs of other producers and DAGs that are gone included."""
    has_sensitive: bool
    """Whether columns classified sensitive are shown by name."""

    @property
    def is_unrestricted(self) -> bool:
        return self.dag_ids is None

    def may_read(self, dag_id: str | None) -> bool:
        """Whether a job of this DAG (``None``: of no DAG of ours) is seen for its own sake."""
        return self.dag_ids is None or (dag_id is not None and dag_id in self.dag_ids)


FULL_ACCESS = Access(None, True)
"""Of whoever has the database itself: the command line."""
