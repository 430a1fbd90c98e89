"""Parts give their total wherever nothing printed says otherwise."""

from dataclasses import replace

import pytest
from ledger_cases import ledger_of, statement

from kichban.catalogue import load_catalogue
from kichban.reconcile import read_equations, reconcile
from kichban.reconcile.evidence.equations import Node
from kichban.reconcile.series.adding_up import balanced

CATALOGUE = load_catalogue()
OWNERS = ("state", "non_state", "fdi")


def gaps(rows, families):
    """How far (relative) the parts of each complete split miss their total, and the rows."""
    found = {
        (Node(r.region, r.indicator, r.breakdown, r.price_basis), r.period.text): r
        for r in rows if r.measure == "level"
    }  # fmt: skip
    for family in families:
        for split in (s for s in family.splits if s.rest is None):
            for node, text in found:
                keys = [(part, text) for part in split.parts]
                if node == split.total and all(k in found for k in keys):
                    parts = [found[k] for k in keys]
                    total = found[node, text]
                    yield sum(p.value for p in parts) / total.value - 1, total, parts


def test_estimated_parts_of_the_shipped_study_add_up(shipped, shipped_series):
    _, families = read_equations(shipped.ledger(), shipped.catalogue)
    found = list(gaps(shipped_series.rows, families))
    assert len(found) > 50
    for gap, total, parts in found:
        if all(p.origin == "estimated" for p in parts):
            assert gap == pytest.approx(0, abs=2e-4), (total.indicator, total.period.text)


def made():
    rows = [
        statement(f"T{y}", 100000 * 1.2 ** (y - 2020), str(y), resolution="0.001",
                  status="actual", published=f"{y + 1}-03-01")
        for y in (2020, 2021, 2022)
    ]  # fmt: skip
    for owner, share in zip(OWNERS, (0.1, 0.2, 0.7), strict=True):
        for y in (2020, 2022):
            rows.append(statement(f"{owner}{y}", round(share * 100000 * 1.2 ** (y - 2020)), str(y),
                                  breakdown=f"ownership:{owner}", published=f"{y + 1}-03-01",
                                  status="actual"))  # fmt: skip
    return ledger_of(rows)


def test_a_year_without_printed_parts_is_divided_without_a_rest():
    ledger = made()
    rows = reconcile(ledger, CATALOGUE).rows
    parts = {r.breakdown: r for r in rows if r.period.text == "2021" and r.measure == "level"}
    assert {r.origin for b, r in parts.items() if b} == {"estimated"}
    assert sum(r.value for b, r in parts.items() if b) == pytest.approx(120000, rel=1e-6)
    assert parts["ownership:fdi"].value == pytest.approx(84000, rel=0.02)


def test_prints_stand_and_the_less_sure_part_moves_more():
    ledger = made()
    _, families = read_equations(ledger, CATALOGUE)
    rows = [r for r in reconcile(ledger, CATALOGUE).rows if r.period.text == "2021"
            and r.measure == "level"]  # fmt: skip
    total = next(r for r in rows if not r.breakdown)
    raised = replace(total, value=total.value * 1.01)
    moved = balanced([raised if r is total else r for r in rows], families)
    by = {r.breakdown: r.value for r in moved}
    before = {r.breakdown: r.value for r in rows}
    assert by[""] == raised.value
    assert sum(v for b, v in by.items() if b) == pytest.approx(raised.value, rel=1e-9)
    spread = {r.breakdown: r.upper - r.lower for r in rows if r.breakdown}
    surest, least = min(spread, key=spread.get), max(spread, key=spread.get)
    assert abs(by[least] - before[least]) > abs(by[surest] - before[surest])


def test_inputs_are_left_as_they_are():
    ledger = made()
    _, families = read_equations(ledger, CATALOGUE)
    rows = list(reconcile(ledger, CATALOGUE).rows)
    kept = list(rows)
    balanced(rows, families)
    assert rows == kept
