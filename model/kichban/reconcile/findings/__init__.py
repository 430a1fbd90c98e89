"""Contradictions in words, with the smallest repairs."""
