"""Runtime instrumentation: what plain Python does inside a task process, seen without a change to the DAG.

One small file per library. A source is installed when the task has imported its library and taken away when the
attempt ends; while no attempt is observed nothing of it runs.
"""

from __future__ import annotations
