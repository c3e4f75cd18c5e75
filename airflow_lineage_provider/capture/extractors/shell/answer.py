"""What a command's exit code says to the ``&&`` or ``||`` behind it."""

from __future__ import annotations

from enum import Enum


class Answer(Enum):
    """How a command ended, as far as it is known before anything has run."""

    YES = "yes"
    """Certain to succeed: ``true``, a test of certain values."""
    NO = "no"
    SUCCESS = "success"
    """Meant to succeed: a failure would be one of the task."""
    OPEN = "open"
    """Either: it asks something that only the run knows."""

    def lets_run(self, operator: str) -> bool | None:
        """Whether what stands behind the operator runs; ``None`` if that is open."""
        if self is Answer.OPEN or (self is Answer.SUCCESS and operator == "||"):
            return None
        return (self is Answer.NO) is (operator == "||")

    def followed_by(self, operator: str, right: Answer) -> Answer:
        """What both come to, where what stands behind the operator may have run."""
        if self.lets_run(operator) is True and self is not Answer.SUCCESS:
            return right
        if self is Answer.SUCCESS:
            # Behind "||" it would have mended what failed.
            return self if right in (Answer.YES, Answer.SUCCESS) or operator == "||" else right
        return Answer.OPEN
