"""Checks. A regular package: some installed ones bring a top-level ``tests`` of their own."""
