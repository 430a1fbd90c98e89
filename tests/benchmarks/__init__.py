"""Benchmarks: ``python -m tests.benchmarks.NAME`` prints a table; nothing here is a test."""
