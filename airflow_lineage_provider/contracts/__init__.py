"""ODCS contracts: loading, validation, binding to datasets."""
