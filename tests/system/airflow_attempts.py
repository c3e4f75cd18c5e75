"""What Airflow itself knows of the attempts of a task, and why it let some of them fail."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tests.system.conftest import Lineage

Key = tuple[str, int, int]

_LINES = 30


@dataclass(frozen=True)
class AirflowAttempts:
    """Every try of every mapped instance of a task, the ones that another try followed too."""

    live: Lineage
    dag_id: str
    run_id: str
    task_id: str

    def states(self) -> dict[Key, str]:
        """State by (task id, map index, try number)."""
        rows = self.live.query(
            "SELECT task_id, map_index, try_number, state FROM task_instance "
            "WHERE dag_id = :dag_id AND run_id = :run_id AND task_id = :task_id UNION ALL "
            "SELECT task_id, map_index, try_number, state FROM task_instance_history "
            "WHERE dag_id = :dag_id AND run_id = :run_id AND task_id = :task_id",
            dag_id=self.dag_id,
            run_id=self.run_id,
            task_id=self.task_id,
        )
        found = {(task_id, map_index, try_number): state for task_id, map_index, try_number, state in rows}
        assert len(found) == len(rows), f"Airflow has an attempt twice: {sorted(rows)}"
        return found

    def reasons(self) -> str:
        """End of the log of each attempt that failed, and what the scheduler said about trouble."""
        airflow = self.live.airflow
        parts = [f"run {self.run_id} of {self.dag_id}: {airflow.run_state(self.dag_id, self.run_id)}"]
        for (task_id, map_index, try_number), state in sorted(self.states().items()):
            if state != "success":
                log = airflow.task_log(self.dag_id, self.run_id, task_id, try_number, map_index)
                parts.append(f"--- {task_id}[{map_index}] try {try_number}: {state}; the end of its log")
                parts += [_shortened(line) for line in log.splitlines()[-_LINES:]] or ["(no log)"]
        for component in ("scheduler", "api-server"):
            troubled = [
                line
                for line in airflow.logs(component).splitlines()
                if any(word in line for word in ("[error", "[warn", "ERROR", "Traceback", "Error:"))
            ]
            parts += [f"--- warnings and errors of the {component}", *map(_shortened, troubled[-_LINES:])]
        return "\n".join(parts)


def _shortened(line: str) -> str:
    """A line of a log; of a JSON line the event and the error."""
    try:
        document = json.loads(line)
        errors = [f"{one['exc_type']}: {one['exc_value']}" for one in document.get("error_detail") or ()]
        line = " ".join([document["timestamp"], document["level"], document["event"], *errors])
    except (ValueError, KeyError, TypeError):
        pass
    return line[:400]
