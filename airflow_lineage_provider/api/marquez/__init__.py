"""Answers in the shapes that Marquez gives its clients and its web UI."""

from __future__ import annotations
