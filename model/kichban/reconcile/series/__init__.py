"""Rows of the series, their history and their vintages."""
