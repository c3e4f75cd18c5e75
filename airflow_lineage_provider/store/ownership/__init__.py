"""The register of owners: who answers for a dataset, or for all that two globs match."""
