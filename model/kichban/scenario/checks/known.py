"""What the study knows that scenarios are held against, handed in as values."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple


class Known(NamedTuple):
    """Names and years of a study; ``None`` = not known, so nothing is held against it.

    `sites` are the ids of parks and clusters, `sources` those of publications;
    `first_year` is that of the first figure, `this_year` that of the newest, `last_year` the
    horizon.
    """

    sites: Collection[str] | None = None
    first_year: int | None = None
    last_year: int | None = None
    this_year: int | None = None
    sources: Collection[str] | None = None


NOTHING_KNOWN = Known()
