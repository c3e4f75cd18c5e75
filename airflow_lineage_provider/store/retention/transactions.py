"""What a clean needs of a database: short transactions of its own."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy.orm import Session


class Transactions(Protocol):
    """Sessions outside anybody's scope."""

    def reading(self) -> AbstractContextManager[Session]: ...

    def writing(self) -> AbstractContextManager[Session]:
        """A transaction that writes from its start; committed at the end, rolled back by an exception."""
        ...
