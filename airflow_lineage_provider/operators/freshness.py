"""Wait until datasets were written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseSensorOperator, PokeReturnValue, timezone
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowFailException, AirflowSensorTimeout

from airflow_lineage_provider.capture.notes import note_input
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.operators.arguments import checked_datasets, is_open
from airflow_lineage_provider.operators.server import Unanswered, answer_to

if TYPE_CHECKING:
    from airflow.sdk import Context

LONGEST = timedelta(days=366)
LEAST_PAUSE = 10.0
"""Seconds. A scheduler that hears of the end of the last look after the next one has begun takes the task for failed."""
_NAME_THEM = "name the datasets to wait for"


class LineageFreshnessSensor(BaseSensorOperator):
    """Wait until each dataset was written by a run that succeeded, of whichever DAG or other producer.

    The XCom is ``{"is_fresh": true, "since": moment, "datasets": [{"namespace", "name", "is_fresh", "written_at",
    "by"}]}``. The datasets become inputs of this task.

    :param datasets: what to wait for: ``Asset``, ``(namespace, name)``, a URI, or an OpenLineage ``Dataset`` each.
    :param since: written at this moment or later; a ``datetime`` with a time zone, or text as ISO 8601 writes it. Without
        it, and without ``max_age``: the end of the run's data interval.
    :param max_age: written at most so long ago, in seconds or as a ``timedelta``. With ``since`` both must hold.
    :param deferrable: give the worker's slot back between two looks. A trigger cannot ask the server itself, so that the
        task is resumed for a moment every ``poke_interval``, at most every 10 seconds. Where there is no triggerer
        ``mode="reschedule"`` does the same.
    """

    template_fields: Sequence[str] = ("datasets", "since", "max_age")
    template_fields_renderers: ClassVar[dict[str, str]] = {"datasets": "json"}
    ui_color = "#e8f1e4"

    def __init__(
        self,
        *,
        datasets: Sequence[Any],
        since: datetime | str | None = None,
        max_age: timedelta | float | str | None = None,
        deferrable: bool | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.datasets = datasets
        self.since = since
        self.max_age = max_age
        self.deferrable = (
            conf.getboolean("operators", "default_deferrable", fallback=False)
            if deferrable is None
            else deferrable
        )
        self._check()

    def execute(self, context: Context) -> Any:
        if not self.deferrable:
            return super().execute(context)
        return self._look(context, datetime.now(UTC) + timedelta(seconds=self.timeout))

    def look_again(self, context: Context, event: Any = None, *, deadline: str) -> Any:
        """Resumed by the trigger."""
        return self._look(context, datetime.fromisoformat(deadline))

    def poke(self, context: Context) -> bool | PokeReturnValue:
        question = self._question(context)
        try:
            answer = answer_to(question)
        except Unanswered as error:
            self.log.warning("Asking again later: %s", error)
            return False
        for each in answer["datasets"]:
            self.log.info(
                "%s %s: %s",
                each["namespace"],
                each["name"],
                f"written at {each['written_at']} by {each['by']}"
                if each["written_at"]
                else "nobody wrote it yet",
            )
        if not answer["is_fresh"]:
            self.log.info("Waiting for what is older than %s", answer["since"])
            return False
        for each in answer["datasets"]:
            note_input(DatasetId(each["namespace"], each["name"]))
        return PokeReturnValue(is_done=True, xcom_value=answer)

    def _look(self, context: Context, deadline: datetime) -> Any:
        from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger

        seen = self.poke(context)
        if seen:
            return getattr(seen, "xcom_value", None)
        left = (deadline - datetime.now(UTC)).total_seconds()
        if left <= 0:
            raise AirflowSensorTimeout(f"The datasets were not written within {self.timeout:g} s")
        pause = timedelta(seconds=max(LEAST_PAUSE, min(self.poke_interval, left)))
        return self.defer(
            trigger=TimeDeltaTrigger(pause),
            method_name=self.look_again.__name__,
            kwargs={"deadline": deadline.isoformat()},
        )

    def _check(self) -> None:
        """Raises :class:`TypeError` and :class:`ValueError` where an argument cannot be meant."""
        if self.datasets is None:
            raise TypeError(f"datasets is None; {_NAME_THEM}")
        self.datasets = checked_datasets(self.datasets, empty=_NAME_THEM)
        _moment(self.since)
        _age(self.max_age)

    def _question(self, context: Context) -> dict[str, Any]:
        problem, since, max_age = None, None, None
        try:
            self._check()
            since, max_age = _moment(self.since), _age(self.max_age)
        except (TypeError, ValueError) as error:
            problem = str(error)
        if problem is not None:
            raise AirflowFailException(f"Freshness cannot be asked for: {problem}")
        if since is None and max_age is None:
            since = context.get("data_interval_end")
            if since is None:
                raise AirflowFailException(
                    "Freshness cannot be asked for: this run has no data interval; give since or max_age"
                )
        question: dict[str, Any] = {"ask": "freshness", "datasets": self.datasets}
        if since is not None:
            question["since"] = since.isoformat()
        if max_age is not None:
            question["max_age"] = max_age.total_seconds()
        return question


def _moment(value: Any) -> datetime | None:
    """A moment; ``None`` where it is not given, or not known yet."""
    if value is None or is_open(value):
        return None
    if isinstance(value, str):
        try:
            value = timezone.parse(value)
        except ValueError:
            raise ValueError(
                f"since is {value!r}; it must be a moment such as 2026-01-31T06:00:00+00:00"
            ) from None
    if not isinstance(value, datetime):
        raise TypeError(f"since is {type(value).__name__}; it must be a datetime or a text")
    if value.tzinfo is None:
        raise ValueError(f"since is {value.isoformat()}; it must have a time zone")
    return value


def _age(value: Any) -> timedelta | None:
    """A span of time; ``None`` where it is not given, or not known yet."""
    if value is None or is_open(value):
        return None
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise ValueError(f"max_age is {value!r}; it must be a number of seconds") from None
    if isinstance(value, int | float) and not isinstance(value, bool) and value <= LONGEST.total_seconds():
        value = timedelta(seconds=value)
    if not isinstance(value, timedelta) or not timedelta(0) < value <= LONGEST:
        raise ValueError(f"max_age is {value!r}; it must be a time above 0, at most {LONGEST.days} days")
    return value
