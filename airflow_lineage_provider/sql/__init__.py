"""Statement text to tables and columns, fingerprints and literal redaction (sqlglot)."""
