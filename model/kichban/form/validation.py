"""What Excel itself checks while the form is filled in, and the help it shows beside the cell."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from kichban.form.lists import WordLists
from kichban.form.shown import local_number, plain_number, shifted
from kichban.form.values import Field
from kichban.texts import Lang, texts_for

if TYPE_CHECKING:
    from openpyxl.worksheet.datavalidation import DataValidation

#: what Excel allows in the title and text of a hint
_TITLE, _HINT = 32, 255
_EPOCH = dt.date(1899, 12, 30)
_FIRST_DAY, _LAST_DAY = dt.date(1945, 1, 1), dt.date(2100, 12, 31)
_FAR = 1e15


def validation_of(one: Field, lang: Lang, words: WordLists) -> DataValidation | None:
    """Give the check and hint of a field; ``None`` where there is neither."""
    from openpyxl.worksheet.datavalidation import DataValidation

    text = texts_for(lang)
    rule = DataValidation(allow_blank=True)
    if one.kind == "choice":
        rule.type, rule.formula1 = "list", words.formula(one, lang)
        rule.error = text("form.wrong.choice")
    elif one.kind == "flag":
        rule.type = "list"
        rule.formula1 = f'"{text("form.yes")},{text("form.no")}"'
        rule.error = text("form.wrong.choice")
    elif one.kind in ("number", "integer"):
        rule.type = "whole" if one.kind == "integer" else "decimal"
        low, high = one.bounds
        rule.operator = "between"
        rule.formula1 = plain_number(-_FAR if low is None else low)
        rule.formula2 = plain_number(_FAR if high is None else high)
        rule.error = text("form.wrong.number", bounds=bounds_text(one, lang) or "…")
    elif one.kind == "date" and not one.partial:
        rule.type, rule.operator = "date", "between"
        rule.formula1, rule.formula2 = (str((d - _EPOCH).days) for d in (_FIRST_DAY, _LAST_DAY))
        rule.error = text("form.wrong.date")
    elif not one.help[lang]:
        return None
    if rule.type is not None:
        rule.showErrorMessage = True
        rule.errorTitle = _cut(one.label[lang], _TITLE)
    if one.help[lang]:
        rule.showInputMessage = True
        rule.promptTitle = _cut(one.label[lang], _TITLE)
        rule.prompt = _cut(one.help[lang], _HINT)
    return rule


def bounds_text(one: Field, lang: Lang) -> str:
    """Give the bounds of a number as the cell shows them, empty where there are none.

    >>> from kichban.form.values import NO_LABEL
    >>> bounds_text(Field("x", "number", NO_LABEL, percent=True, bounds=(0.0, 0.25)), "vi")
    '0 – 25 %'
    """
    low, high = one.bounds
    if low is None and high is None:
        return ""
    percent = one.percent is True

    def shown(bound: float) -> str:
        return local_number(shifted(bound, 2) if percent else bound, lang)

    sign = " %" if percent else ""
    if high is None and low is not None:
        return f"≥ {shown(low)}{sign}"
    if low is None and high is not None:
        return f"≤ {shown(high)}{sign}"
    return f"{shown(low or 0.0)} – {shown(high or 0.0)}{sign}"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
