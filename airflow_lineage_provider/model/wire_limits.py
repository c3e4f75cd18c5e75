"""How much a segment may hold: what a worker cuts before it sends is what a server would not take."""

from __future__ import annotations

MAX_BIGINT = 2**63 - 1
"""Largest whole number that a column of the database holds."""
MAX_DEPTH = 32
"""Objects and lists inside each other."""

MAX_ENTRIES = 5_000
"""Inputs of a segment, and outputs."""
MAX_STATEMENTS = 5_000
MAX_CONNECTIONS = 1_000
MAX_OBSERVED = 1_000
MAX_ERRORS = 200
MAX_LINES = 1_000
"""Lines that say what was left out."""
MAX_COLUMNS = 5_000
"""Columns of one input, output or observed table."""

MAX_OPERATOR = 1_000
MAX_CONN_ID = 250
MAX_CONN_TYPE = 500
MAX_PART = 1_000
"""Characters of a column, a database, a schema, a job id."""
MAX_TYPE = 4_000
MAX_DESCRIPTION = 10_000
MAX_WORD = 250
"""Characters of the source and the class of an error."""
MAX_MESSAGE = 10_000
MAX_LINE = 1_000
