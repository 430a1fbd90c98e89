"""Years that a scenario names, held against those of the study: nothing passes unsaid."""

from __future__ import annotations

from collections.abc import Collection

from kichban.scenario.checks.known import Known
from kichban.scenario.read.layers import Notes
from kichban.scenario.values import PathStep


def check_anchor_years(
    step: PathStep, place: tuple[str, ...], notes: Notes, known: Known, *, end_said: bool
) -> None:
    """Warn of anchors outside data and horizon, and of a path whose end nobody told.

    `end_said` is whether the file says what comes after the last anchor.
    """
    where = (*place, "anchors")
    for year, _ in step.anchors:
        if known.last_year is not None and year > known.last_year:
            notes.fault("W-SCN-058", (*where, f"{year}"), year, last=f"{known.last_year}")
        if known.first_year is not None and year < known.first_year:
            notes.fault("W-SCN-059", (*where, f"{year}"), year, first=f"{known.first_year}")
    last = step.anchors[-1][0] if step.anchors else None
    if last is not None and not end_said and known.last_year is not None and last < known.last_year:
        notes.fault("W-SCN-064", where, last, last=f"{known.last_year}")


def check_share_years(
    years: Collection[int], place: tuple[str, ...], notes: Notes, known: Known
) -> None:
    """Warn of years of shares that are over, or that lie after the horizon."""
    for year in years:
        if known.last_year is not None and year > known.last_year:
            notes.fault("W-SCN-058", (*place, f"{year}"), year, last=f"{known.last_year}")
        if known.this_year is not None and year < known.this_year:
            notes.fault("W-SCN-065", (*place, f"{year}"), year, first=f"{known.this_year}")
