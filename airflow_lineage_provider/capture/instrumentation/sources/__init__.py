"""One library each. ``install(module, patches)`` wraps what it reads and writes with; see ``catalog``."""

from __future__ import annotations
