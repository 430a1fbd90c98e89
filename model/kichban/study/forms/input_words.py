"""The words that cells of the inputs may hold, with what they are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from kichban.catalogue import Catalogue
from kichban.form import NO_LABEL
from kichban.ledger import sites, statements
from kichban.ledger.book import Book
from kichban.texts import all_keys

Words = Mapping[str, Mapping[str, str]]


def words_of(column: str, book: Book) -> Words:
    """Give the words of a column, none where any text may stand."""
    return _WORDS[column](book) if column in _WORDS else {}


def _said(column: str, words: Iterable[str]) -> Words:
    texts = all_keys()
    return {w: texts.get(f"form.word.{column}.{w}", NO_LABEL) for w in words if w}


def _stages(book: Book) -> Words:
    named = book.catalogue.dimensions.get("stage", {})
    said = _said("stage", sites.STAGES)
    return {w: named[w].label if w in named else said[w] for w in sites.STAGES}


def _sectors(catalogue: Catalogue) -> Words:
    return {code: m.label for code, m in catalogue.dimensions.get("sector", {}).items()}


#: column with a list of words → the words with their labels
_WORDS: Mapping[str, Callable[[Book], Words]] = MappingProxyType(
    {
        "region": lambda book: {e.region.code: e.region.name for e in book.regions},
        "indicator": lambda book: {c: i.label for c, i in book.catalogue.indicators.items()},
        "measure": lambda book: book.catalogue.measures,
        "unit": lambda book: book.catalogue.units,
        "status": lambda book: {
            s: book.catalogue.statuses.get(s, NO_LABEL) for s in statements.STATUSES
        },
        "period_kind": lambda _: _said("period_kind", statements.PERIOD_FORMS),
        "qualifier": lambda _: _said("qualifier", statements.QUALIFIERS),
        "price_basis": lambda _: _said("price_basis", statements.PRICE_BASES),
        "published_precision": lambda _: _said("published_precision", statements.PRECISIONS),
        "use": lambda _: _said("use", statements.USES),
        "kind": lambda _: _said("kind", sites.KINDS),
        "stage": _stages,
        "sector": lambda book: _sectors(book.catalogue),
        "site": lambda book: {s.id: {"vi": s.name_vi, "en": s.name} for s in book.sites},
    }
)
