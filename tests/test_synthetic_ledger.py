"""The made ledgers: sums exact, digits honest, revisions that die out, the project's own reader."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from synthetic_ledger import (
    GRID,
    HABITS,
    LAST_YEAR,
    PARTS,
    SPOKEN,
    SyntheticLedger,
    make_ledger,
    releases,
)

from kichban.catalogue import load_catalogue
from kichban.errors import Fault
from kichban.ledger import Statement
from kichban.ledger.statements import read_statements
from kichban.numbers import FloatArray

SEEDS = range(3)


@pytest.fixture(scope="module")
def made() -> SyntheticLedger:
    return make_ledger(7, provinces=12)


def true_value(ledger: SyntheticLedger, s: Statement) -> float:
    """What the statement would say of the final figures, by the definitions of the ledger."""
    assert s.period is not None

    def total(breakdown: str, start: int, stop: int) -> float:
        levels = ledger.truth[s.region, s.indicator, breakdown, s.price_basis]
        assert ledger.first_month <= start < stop <= ledger.first_month + levels.size
        return float(levels[start - ledger.first_month : stop - ledger.first_month].sum())

    a, b = s.period.start, s.period.stop
    if s.status == "plan":
        return ledger.plans[s.region, s.indicator, s.period.year]
    if s.measure == "growth_avg":
        ratio = total(s.breakdown, b - 12, b) / total(s.breakdown, a - 12, a)
        return 100 * (math.pow(ratio, 12 / (b - a)) - 1)
    value = total(s.breakdown, a, b)
    if s.measure == "level":
        return value
    if s.measure == "share_of_plan":
        return 100 * value / ledger.plans[s.region, s.indicator, s.period.year]
    if s.measure == "share_pct":
        return 100 * value / total("", a, b)
    lag = {"growth_yoy": 12, "growth_mom": 1}[s.measure]
    return 100 * (value / total(s.breakdown, a - lag, b - lag) - 1)


def contains_truth(ledger: SyntheticLedger, s: Statement) -> bool:
    low, high = s.interval
    value = true_value(ledger, s)
    slack = 1e-9 * max(1.0, abs(value))
    return low - slack <= value <= high + slack


def faults_of(ledger: SyntheticLedger) -> tuple[tuple[Statement, ...], list[Fault]]:
    faults: list[Fault] = []
    regions = {key[0] for key in ledger.truth}
    sources = set(releases(ledger))
    read = read_statements(ledger.csv(), load_catalogue(), regions, sources, faults)
    return read, faults


def log_errors(ledger: SyntheticLedger) -> list[tuple[Statement, float]]:
    """Levels against the truth, those whose rounding is small."""
    return [
        (s, math.log(s.value / true_value(ledger, s)))
        for s in ledger.statements
        if s.measure == "level" and not s.is_plan and s.resolution < 1e-3 * s.value
    ]


def test_parts_add_up_exactly(made: SyntheticLedger) -> None:
    for (region, indicator, breakdown, basis), total in made.truth.items():
        if breakdown or indicator not in PARTS:
            continue
        for dimension, members in PARTS[indicator].items():
            parts = [made.truth[region, indicator, f"{dimension}:{m}", basis] for m in members]
            assert (np.sum(parts, axis=0) == total).all()
            assert (np.array(parts) > 0).all()


def test_trade_is_exports_and_imports(made: SyntheticLedger) -> None:
    for region in {key[0] for key in made.truth}:
        exports, imports, total = (
            made.truth[region, i, "", ""] for i in ("exports", "imports", "trade_total")
        )
        assert (exports + imports == total).all()


def test_truth_covers_whole_years_and_is_read_only(made: SyntheticLedger) -> None:
    assert made.first_month == 12 * (LAST_YEAR - 7)
    for levels in made.truth.values():
        assert levels.size == 96
        assert (levels > 0).all()
        with pytest.raises(ValueError, match="read-only"):
            levels[0] = 1.0


@pytest.mark.parametrize("slips", [0.01, 0.5])
def test_the_reader_of_the_project_finds_no_fault(slips: float) -> None:
    ledger = make_ledger(3, provinces=3, slips=slips)
    read, faults = faults_of(ledger)
    assert not faults
    assert read == ledger.statements


@pytest.mark.parametrize("seed", SEEDS)
def test_without_revisions_every_print_contains_the_truth(seed: int) -> None:
    ledger = make_ledger(seed, provinces=4, revision_scale=0.0, slips=0.0)
    assert not [s.id for s in ledger.statements if not contains_truth(ledger, s)]
    assert {s.measure for s in ledger.statements} == {
        "level", "growth_yoy", "growth_mom", "growth_avg", "share_of_plan", "share_pct",
    }  # fmt: skip


def test_a_last_digit_too_fine_would_be_noticed() -> None:
    ledger = make_ledger(0, provinces=2, revision_scale=0.0, slips=0.0)
    finer = [replace(s, resolution=s.resolution / 10) for s in ledger.statements]
    assert sum(not contains_truth(ledger, s) for s in finer) > 0.5 * len(finer)


def test_with_revisions_prints_differ_within_their_scale(made: SyntheticLedger) -> None:
    errors = [(s, e) for s, e in log_errors(made) if s.id not in made.slips]
    early = np.array([e for s, e in errors if s.status != "actual"])
    final = np.array([e for s, e in errors if s.status == "actual"])
    assert 0.003 < early.std() < 0.05
    assert np.abs(early).max() < 0.25
    assert np.abs(final).mean() < np.abs(early).mean()


def test_revisions_grow_with_the_months_to_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without own errors a level is off by 1 % times the root of the months still to come."""
    monkeypatch.setitem(HABITS, "own_sd", (0.0, 0.0))
    monkeypatch.setitem(HABITS, "revision_sd", (0.01, 0.01))
    ledger = make_ledger(5, provinces=25, slips=0.0)
    last = {s.region: s.published for s in ledger.statements if s.published}
    scaled = []
    for s, error in log_errors(ledger):
        newest = s.period is not None and s.period.year == LAST_YEAR
        if newest and s.published and s.indicator != "trade_total" and not s.breakdown:
            months = (last[s.region] - s.published).days / 30.44
            if months > 1:
                scaled.append(error / math.sqrt(months))
            elif months == 0:
                assert contains_truth(ledger, s), s.id
    assert len(scaled) > 200
    assert np.std(scaled) == pytest.approx(0.01, rel=0.2)


def test_one_sentence_is_one_witness(made: SyntheticLedger) -> None:
    """Level and share of plan of one release go back to one figure of the office."""
    levels = {
        (s.source, s.indicator, s.breakdown, s.period): s
        for s in made.statements
        if s.measure == "level" and s.id not in made.slips
    }
    pairs = 0
    for s in made.statements:
        level = levels.get((s.source, s.indicator, s.breakdown, s.period))
        if s.measure != "share_of_plan" or s.id in made.slips or level is None or not s.period:
            continue
        plan = made.plans[s.region, s.indicator, s.period.year]
        low, high = (100 * v / plan for v in level.interval)
        assert s.interval[0] <= high + 1e-9
        assert low <= s.interval[1] + 1e-9
        pairs += 1
    assert pairs > 100


def test_printed_parts_add_up_to_the_printed_total(made: SyntheticLedger) -> None:
    figures: dict[tuple[object, ...], Statement] = {}
    for s in made.statements:
        if s.measure == "level" and s.period and s.id not in made.slips:
            figures[s.source, s.indicator, s.period.text, s.breakdown] = s
    complete = 0
    for (source, indicator, period, breakdown), total in figures.items():
        for dimension, members in PARTS.get(str(indicator), {}).items():
            names = [(source, indicator, period, f"{dimension}:{m}") for m in members]
            if breakdown or any(name not in figures for name in names):
                continue
            low, high = np.sum([figures[name].interval for name in names], axis=0)
            assert low <= total.interval[1] + 1e-6
            assert total.interval[0] <= high + 1e-6
            complete += 1
    assert complete > 20


def test_the_same_seed_gives_the_same_ledger() -> None:
    one, two, other = make_ledger(11), make_ledger(11), make_ledger(12)
    assert one.statements == two.statements
    assert one.slips == two.slips
    assert all((one.truth[k] == two.truth[k]).all() for k in one.truth)
    assert one.statements != other.statements


def test_a_province_is_the_same_among_others() -> None:
    alone, many = make_ledger(11), make_ledger(11, provinces=3)
    assert many.ledger("prov_01").statements == alone.statements


def test_revision_scale_changes_figures_but_not_releases() -> None:
    calm, wild = (make_ledger(2, revision_scale=scale, slips=0.0) for scale in (0.0, 1.0))
    assert [(s.id, s.measure, s.period, s.published) for s in calm.statements] == [
        (s.id, s.measure, s.period, s.published) for s in wild.statements
    ]
    assert calm.statements != wild.statements


def test_sixty_two_provinces_print_twenty_thousand_statements() -> None:
    ledger = make_ledger(1, provinces=62)
    counts = Counter(s.region for s in ledger.statements)
    assert len(counts) == 62
    assert 18_500 <= len(ledger.statements) <= 21_500
    assert min(counts.values()) > 180
    assert len({s.id for s in ledger.statements}) == len(ledger.statements)
    assert {s.indicator for s in ledger.statements} == set(SPOKEN)


def test_detail_grows_with_the_years(made: SyntheticLedger) -> None:
    by_year = Counter(s.period.year for s in made.statements if s.period)
    assert by_year[LAST_YEAR - 7] < by_year[LAST_YEAR - 4] < by_year[LAST_YEAR - 1]
    early = [s for s in made.statements if s.period and s.period.year < LAST_YEAR - 4]
    assert {s.status for s in early if s.measure != "growth_avg"} == {"actual"}


def test_a_release_has_one_day_and_comes_after_its_months_began(made: SyntheticLedger) -> None:
    rows = {s.id: s for s in made.statements}
    groups = releases(made)
    assert sum(len(ids) for ids in groups.values()) == len(rows)
    for ids in groups.values():
        assert len({(rows[i].region, rows[i].published, rows[i].status) for i in ids}) == 1
    for s in made.statements:
        assert s.period
        assert s.published
        if not s.is_plan:
            assert (s.published - s.period.last_day).days >= -8


def test_slips_are_named_and_about_as_many_as_asked() -> None:
    ledger = make_ledger(4, provinces=8, slips=0.02)
    right = make_ledger(4, provinces=8, slips=0.0)
    wrong = {
        s.id for s, t in zip(ledger.statements, right.statements, strict=True) if s.value != t.value
    }
    assert wrong == ledger.slips
    assert not right.slips
    assert 0.012 < len(wrong) / len(ledger.statements) < 0.03


def test_a_ledger_is_cut_at_its_day(made: SyntheticLedger) -> None:
    day = dt.date(2023, 7, 15)
    whole, cut = made.ledger("prov_02"), made.ledger("prov_02", day)
    assert whole.as_of == max(s.published for s in whole.statements if s.published)
    assert cut.as_of == day
    assert 0 < len(cut.statements) < len(whole.statements)
    assert all(s.published and s.published <= day for s in cut.statements)
    assert cut.select("industrial_output", price_basis="current")
    assert set(cut.sources) == set(releases(cut))


def test_odd_prints_are_mostly_the_slips(made: SyntheticLedger) -> None:
    odd = set().union(*(made.ledger(r).odd for r in {key[0] for key in made.truth}))
    assert len(odd - made.slips) <= 0.5 * len(made.slips)


def test_real_levels_take_the_place_of_the_total() -> None:
    months = np.arange(150.0)
    real: FloatArray = 4000 * np.exp(0.004 * months + 0.1 * np.sin(months))
    ledger = make_ledger(9, provinces=2, levels={"prov_01": real}, revision_scale=0.0, slips=0.0)
    plain = make_ledger(9, provinces=2, revision_scale=0.0, slips=0.0)
    key = ("prov_01", "industrial_output", "", "current")
    np.testing.assert_allclose(ledger.truth[key], real[-96:], atol=1 / GRID, rtol=0)
    assert all(contains_truth(ledger, s) for s in ledger.statements)
    assert ledger.ledger("prov_02").sources == plain.ledger("prov_02").sources
    same = ("prov_01", "exports", "", "")
    assert (ledger.truth[same] == plain.truth[same]).all()
    assert not faults_of(ledger)[1]


@pytest.mark.parametrize("given", [np.ones(95), np.zeros(96)])
def test_unfit_levels_are_refused(given: FloatArray) -> None:
    with pytest.raises(ValueError, match="at least 96 positive months"):
        make_ledger(1, levels={"prov_01": given})


@pytest.mark.parametrize("years", [2, 3, 5, 15])
def test_other_lengths(years: int) -> None:
    ledger = make_ledger(1, years=years, revision_scale=0.0, slips=0.0)
    assert all(contains_truth(ledger, s) for s in ledger.statements)
    assert not faults_of(ledger)[1]
