"""From ``inputs/`` to what was visible on a day: statements, targets, sites, every fault."""

from kichban.ledger.book import FILES, Book, ledger_at, read_book, snapshot
from kichban.ledger.prints import age, newest_print
from kichban.ledger.sites import ESTABLISHED, WORDS
from kichban.ledger.tables import read_toml
from kichban.ledger.values import (
    LEVELS,
    BreakKind,
    Capacity,
    JudgedBreak,
    Ledger,
    Reading,
    Region,
    Site,
    SiteGroup,
    SiteObservation,
    Source,
    Statement,
    Target,
)

__all__ = [
    "ESTABLISHED",
    "FILES",
    "LEVELS",
    "WORDS",
    "Book",
    "BreakKind",
    "Capacity",
    "JudgedBreak",
    "Ledger",
    "Reading",
    "Region",
    "Site",
    "SiteGroup",
    "SiteObservation",
    "Source",
    "Statement",
    "Target",
    "age",
    "ledger_at",
    "newest_print",
    "read_book",
    "read_toml",
    "snapshot",
]
