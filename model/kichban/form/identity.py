"""What a workbook says it is: form, subject, format and language."""

from __future__ import annotations

import difflib
from typing import NamedTuple

from kichban.errors import Fault
from kichban.form.grid import Grid, open_grids
from kichban.form.values import FORMAT, MARK
from kichban.texts import Lang

#: mark of the sheet that says what the workbook is
IDENTITY = f"{MARK}form"


class Identity(NamedTuple):
    """What stands on the sheet of guidance."""

    form: str
    subject: str
    format: int
    lang: Lang
    digest: str


def identify(name: str, data: bytes) -> tuple[Identity | None, tuple[Fault, ...]]:
    """Say which form a workbook is, or why it is none."""
    grids, faults = open_grids(name, data)
    if faults:
        return None, faults
    return identity_of(name, grids)


def identity_of(name: str, grids: tuple[Grid, ...]) -> tuple[Identity | None, tuple[Fault, ...]]:
    """Find the identity among the sheets of a workbook."""
    found = next((g for g in grids if g.mark == IDENTITY), None)
    if found is None:
        titles = ", ".join(g.title for g in grids[:6])
        return None, (Fault("E-FORM-004", name, value=titles),)
    stated: dict[str, str] = {}
    for cells in found.rows.values():
        if 1 in cells and 3 in cells:
            stated.setdefault(str(cells[1].value).strip(), str(cells[3].value).strip())
    version, lang = stated.get("format", ""), stated.get("language", "")
    if not version.isdigit() or int(version) > FORMAT:
        detail = {"newest": str(FORMAT)}
        return None, (Fault("E-FORM-005", name, column=found.title, value=version, detail=detail),)
    language: Lang = "en" if lang == "en" else "vi"
    return Identity(
        stated.get("form", ""), stated.get("subject", ""), int(version),
        language, stated.get("digest", ""),
    ), ()  # fmt: skip


def nearest(value: str, allowed: list[str]) -> str:
    """Give the word meant, ``–`` where none is near.

    >>> nearest("valeu", ["value", "unit"])
    'value'
    """
    plain = {word.casefold(): word for word in allowed}
    match = difflib.get_close_matches(value.casefold(), list(plain), n=1, cutoff=0.5)
    return plain[match[0]] if match else "–"
