"""The judge without a server: facts out of DAG files, contract files and owners files, and no metadata database."""
