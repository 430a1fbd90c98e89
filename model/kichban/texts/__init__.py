"""Every word the program says, in both languages, and how numbers and dates are printed."""

from kichban.texts.catalogue import LANGUAGES, Lang, Texts, all_keys, fault_line, texts_for
from kichban.texts.columns import aligned, table_line
from kichban.texts.formatting import (
    ELLIPSIS,
    format_chance,
    format_date,
    format_number,
    format_percent,
    format_period,
    format_significant,
    lower_first,
)

__all__ = [
    "ELLIPSIS",
    "LANGUAGES",
    "Lang",
    "Texts",
    "aligned",
    "all_keys",
    "fault_line",
    "format_chance",
    "format_date",
    "format_number",
    "format_percent",
    "format_period",
    "format_significant",
    "lower_first",
    "table_line",
    "texts_for",
]
