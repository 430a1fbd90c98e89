"""Repairs of contradicted figures: the plausible one first, inside what the others allow."""

import copy
import dataclasses
import datetime as dt
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kichban.ledger import Statement
from kichban.periods import parse_period
from kichban.reconcile.findings.repairs import LEVELS, MOST_REPAIRS, propose

DIGIT_SLIPS = ("transposed_digits", "dropped_digit", "extra_digit", "wrong_digit")
GROWTH = {"measure": "growth_yoy", "unit": "percent", "resolution": 0.1}
OCCUPANCY = {"indicator": "ccn_occupancy", "measure": "occupancy_pct", "unit": "percent",
             "resolution": 0.1, "price_basis": ""}  # fmt: skip


def figure(value, period="2024-01/2024-05", key="X", **cells):
    """A level of industrial output unless `cells` say otherwise."""
    usual = {
        "region": "bac_giang", "indicator": "industrial_output", "breakdown": "",
        "period_kind": "ytd", "measure": "level", "unit": "bn_vnd", "printed": "",
        "resolution": 1.0, "qualifier": "", "price_basis": "current", "status": "estimate",
        "published": dt.date(2024, 6, 11), "published_precision": "day", "source": "S1",
        "note": "", "use": "yes", "reason": "", "row": 2,
    }  # fmt: skip
    period = parse_period(period) if period else None
    return Statement(id=key, value=value, period=period, **usual | cells)


def shown(repairs):
    return [(r.kind, pytest.approx(r.value, rel=1e-12)) for r in repairs]


def kinds(repairs):
    return [r.kind for r in repairs]


def one(repairs, kind):
    (found,) = [r for r in repairs if r.kind == kind]
    return found


# --- units and digits --------------------------------------------------------------------------


def test_exports_printed_in_millions_are_billions():
    s = figure(2.5, indicator="exports", unit="mn_usd", resolution=0.1, price_basis="")
    repairs = propose(s, 2400, 2600, [s])
    assert shown(repairs) == [("unit_slip", 2500.0), ("set_to", 2400.0)]
    assert repairs[0].detail == "1000"
    # The print stands for 2,45 to 2,55, so for 2.450 to 2.550 when read in millions.
    assert kinds(propose(s, 2530, 2540, [s])) == ["unit_slip", "set_to"]
    assert kinds(propose(s, 2560, 2570, [s])) == ["set_to"]


@pytest.mark.parametrize(
    ("value", "low", "high", "factor"),
    [
        (541169.0, 541.0, 541.5, "0.001"),
        (0.541, 540000, 542000, "1000000"),
        (54117.0, 541000, 541300, "10"),
        (541169.0, 5400, 5420, "0.01"),
        (-2.5, -2600, -2400, "1000"),
    ],
)
def test_unit_slips_of_levels(value, low, high, factor):
    s = figure(value, resolution=0.001 if abs(value) < 10 else 1.0)
    first = propose(s, low, high, [])[0]
    assert (first.kind, first.detail) == ("unit_slip", factor)
    assert first.value == pytest.approx(value * float(factor))


def test_thousands_come_before_a_misplaced_decimal_point():
    costs = [
        one(propose(figure(5.0, resolution=0.1), 5 * k - k / 50, 5 * k + k / 50, []),
            "unit_slip").cost
        for k in (1e3, 1e6, 1e1, 1e2, 1e4, 1e5)
    ]  # fmt: skip
    assert costs == sorted(costs)
    assert costs[0] < costs[1] < costs[2]
    assert costs[3] < costs[4]


def test_a_percentage_has_no_thousands():
    s = figure(2.8, **GROWTH)
    assert one(propose(s, 27.5, 28.5, []), "unit_slip").detail == "10"
    assert "unit_slip" not in kinds(propose(s, 2750, 2850, []))
    assert "unit_slip" not in kinds(propose(figure(280.0, **GROWTH), 2.7, 2.9, []))


def test_a_count_stays_whole():
    parks = {"measure": "count", "unit": "parks"}
    assert "unit_slip" not in kinds(propose(figure(25.0, **parks), 2, 3, []))
    assert propose(figure(250.0, **parks), 24.5, 25.5, [])[0].value == 25


def test_two_digits_change_places():
    s = figure(514169.0, "2023")
    repairs = propose(s, 541100, 541200, [])
    assert shown(repairs) == [("transposed_digits", 541169.0), ("set_to", 541100.0)]
    # The digits are those of the print: one decimal here.
    s = figure(319186.8, resolution=0.1)
    assert shown(propose(s, 311980, 311990, []))[0] == ("transposed_digits", 311986.8)


def test_no_swap_begins_with_zero():
    assert "transposed_digits" not in kinds(propose(figure(1024.0), 100, 130, []))
    # "0,25" is a print, "024" is none.
    s = figure(2.05, resolution=0.01, **{k: v for k, v in GROWTH.items() if k != "resolution"})
    assert one(propose(s, 0.2, 0.3, []), "transposed_digits").value == 0.25


def test_a_digit_was_dropped_added_or_mistyped():
    assert shown(propose(figure(36330.0), 363296, 363304, [])) == [
        ("unit_slip", 363300.0), ("set_to", 363296.0),
    ]  # fmt: skip
    assert shown(propose(figure(31145.0), 315140, 315149, [])) == [
        ("dropped_digit", 315145.0), ("set_to", 315140.0),
    ]  # fmt: skip
    assert shown(propose(figure(3151545.0), 315144, 315146, [])) == [
        ("extra_digit", 315145.0), ("set_to", 315146.0),
    ]  # fmt: skip
    assert shown(propose(figure(375145.0), 315100, 315200, [])) == [
        ("wrong_digit", 315145.0), ("set_to", 315200.0),
    ]  # fmt: skip


def test_of_many_digits_that_fit_the_one_nearest_the_middle_is_named():
    narrow = one(propose(figure(100.0), 139, 141, []), "wrong_digit")
    wide = one(propose(figure(100.0), 125, 155, []), "wrong_digit")
    assert narrow.value == wide.value == 140
    # What fits in many ways fits by chance.
    assert narrow.cost < wide.cost


def test_no_slip_of_the_pen_explains_the_five_months_of_2024():
    # 315.145 - 67.132 leaves 248.013 for five months, printed as 266.878.
    assert shown(propose(figure(266878.0), 247512, 248514, [])) == [("set_to", 248514.0)]


def test_an_open_end_is_no_licence_for_millions():
    # A thousand times 100 is "at least 105", but that is not what happened.
    for high in (math.nan, math.inf):
        repairs = propose(figure(100.0), 105, high, [])
        assert "unit_slip" not in kinds(repairs)
        assert shown(repairs)[-1] == ("set_to", 105.0)
        exports = propose(figure(2.5, resolution=0.1), 2400, high, [])
        assert shown(exports)[0] == ("unit_slip", 2500.0)
    repairs = propose(figure(2500.0), math.nan, 2.6, [])
    assert shown(repairs)[0] == ("unit_slip", 2.5)
    assert shown(repairs)[-1] == ("set_to", 2.6)


def test_digits_without_a_resolution_are_those_of_the_number():
    assert shown(propose(figure(2800.0, resolution=0.5), 8199, 8201, []))[0] == (
        "transposed_digits", 8200.0,
    )  # fmt: skip
    # Half a digit of 10 either way reaches 6, but 3 has a digit of its own.
    assert one(propose(figure(3.0, resolution=10.0), 6, 7, []), "wrong_digit").value == 6
    assert kinds(propose(figure(0.0, resolution=10.0), 4e5, 5e5, [])) == ["set_to"]


# --- figures that belong elsewhere -------------------------------------------------------------


def test_a_figure_of_another_year():
    s = figure(238782.0, "2024-01/2024-06")
    last_year = figure(238782.0, "2023-01/2023-06", "Y")
    before = figure(238782.0, "2022-01/2022-06", "A")
    repairs = propose(s, 310000, 320000, [s, before, last_year])
    assert shown(repairs) == [("wrong_year", 310000.0), ("set_to", 310000.0)]
    assert repairs[0].other is last_year
    assert repairs[0].detail == "2023"


@pytest.mark.parametrize(
    "cells", [{"period": "2024-04"}, {"period": "2024-05", "breakdown": "ownership:fdi"}]
)
def test_a_figure_copied_from_another_line(cells):
    s = figure(36330.0, "2024-05", resolution=10.0)
    other = figure(36330.0, key="Y", **cells)
    repairs = propose(s, 52000, 53000, [other, s])
    assert shown(repairs) == [("reused_figure", 52000.0), ("set_to", 52000.0)]
    assert repairs[0].other is other


@pytest.mark.parametrize(
    "cells",
    [
        {"value": 36331.0},
        {"period": "2024-05"},
        {"indicator": "industrial_va"},
        {"measure": "count"},
        {"unit": "mn_usd"},
        {"period": ""},
    ],
)
def test_what_is_no_copy(cells):
    s = figure(36330.0, "2024-05")
    other = figure(**({"value": 36330.0, "period": "2024-04", "key": "Y"} | cells))
    assert kinds(propose(s, 52000, 53000, [other])) == ["set_to"]


def test_the_months_of_a_quarter_are_the_quarter():
    s = figure(36330.0, "2024-Q1")
    assert kinds(propose(s, 52000, 53000, [figure(36330.0, "2024-01/2024-03", "Y")])) == ["set_to"]


def test_few_digits_recur_by_chance():
    for value in (28.0, 0.28, 2800.0):
        s = figure(value, resolution=0.01 if value < 1 else 1.0)
        assert kinds(propose(s, 1e9, 1e9 + 1, [dataclasses.replace(s, id="Y", breakdown="b")])) == [
            "set_to"
        ]
    three = propose(figure(27.8, **GROWTH), 8, 8.1, [figure(27.8, "2023-05", "Y", **GROWTH)])
    six = propose(figure(541169.0), 8, 9, [figure(541169.0, "2023-05", "Y")])
    assert one(six, "reused_figure").cost < one(three, "reused_figure").cost


def test_a_copy_needs_no_interval():
    s, other = figure(36330.0, "2024-05"), figure(36330.0, "2024-04", "Y")
    for low, high in ((math.nan, math.nan), (-math.inf, math.inf)):
        (repair,) = propose(s, low, high, [other])
        assert repair.kind == "reused_figure"
        assert math.isnan(repair.value)


# --- figures that are right on another basis ---------------------------------------------------


def test_value_added_at_other_prices():
    s = figure(28.0, "2024-01/2024-06", **GROWTH)
    constant = figure(28.04, "2024-01/2024-06", "Y", **GROWTH | {"resolution": 0.01},
                      price_basis="constant_2010")  # fmt: skip
    assert shown(propose(s, 18.9, 19.2, [s, constant])) == [
        ("other_basis", 19.2), ("set_to", 19.2),
    ]  # fmt: skip
    assert propose(s, 18.9, 19.2, [constant])[0].other is constant
    for cells in (
        {"price_basis": ""}, {"price_basis": "current"}, {"value": 28.2}, {"status": "target"},
        {"period": parse_period("2023-01/2023-06")}, {"measure": "growth_mom"},
    ):  # fmt: skip
        other = dataclasses.replace(constant, **cells)
        assert "other_basis" not in kinds(propose(s, 18.9, 19.2, [other]))


def test_the_occupancy_of_clusters_over_all_established_ones():
    s = figure(40.6, "2023", **OCCUPANCY)
    alternatives = [
        ("cleared", 55.0, 60.0),
        ("established", 40.62, 40.72),
        ("", math.nan, math.nan),
    ]
    repairs = propose(s, 75.5, 76.5, [s], alternatives)
    assert kinds(repairs) == ["other_denominator", "set_to"]
    assert repairs[0].detail == "established"
    assert repairs[0].value == 75.5


def test_growth_over_a_base_since_revised():
    # 6 months of 2023 was printed as 238.782 and implied as 246.207 by the rate of 2024.
    s = figure(28.0, "2024-01/2024-06", **GROWTH)
    old = figure(238782.0, "2023-01/2023-06", "O", published=dt.date(2023, 7, 1))
    new = figure(246207.0, "2023-01/2023-06", "N", published=dt.date(2024, 7, 1))
    repairs = propose(s, 31.9, 32.1, [s, old, new])
    assert kinds(repairs) == ["revised_base", "set_to"]
    assert repairs[0].other is new
    assert repairs[0].value == 31.9
    elsewhere = propose(s, 60.0, 60.1, [s, old, new])
    single = propose(s, 31.9, 32.1, [s, old])
    assert single[0].kind == "revised_base"
    assert single[0].other is None
    costs = [one(r, "revised_base").cost for r in (repairs, elsewhere, single)]
    assert costs == sorted(set(costs))
    agreeing = dataclasses.replace(old, id="P", value=238800.0, resolution=100.0)
    assert one(propose(s, 31.9, 32.1, [old, agreeing]), "revised_base").other is None


def test_what_is_no_base():
    s = figure(28.0, "2024-01/2024-06", **GROWTH)
    base = figure(238782.0, "2023-01/2023-06", "O")
    for cells in (
        {"status": "plan"}, {"measure": "growth_yoy"}, {"price_basis": "constant_2010"},
        {"breakdown": "ownership:fdi"}, {"period": parse_period("2023")}, {"period": None},
    ):  # fmt: skip
        assert kinds(propose(s, 31.9, 32.1, [dataclasses.replace(base, **cells)])) == ["set_to"]
    level = figure(315145.0, "2024-01/2024-06")
    assert kinds(propose(level, 1, 2, [base])) == ["set_to"]
    assert kinds(propose(dataclasses.replace(s, period=None), 31.9, 32.1, [base])) == ["set_to"]


def test_bases_of_averages_and_ratios():
    average = figure(21.5, "2021/2025", measure="growth_avg", unit="percent_per_year",
                     resolution=0.1)  # fmt: skip
    old, new = figure(266040.0, "2020", "O"), figure(218200.0, "2020", "N")
    # Five years on a base lower by a factor 0,82 grow by 1,04 more a year.
    closing = propose(average, 16.7, 16.9, [old, new])
    assert closing[0].kind == "revised_base"
    assert closing[0].other is new
    ratio = figure(2.7, "2018", measure="growth_ratio", unit="ratio", resolution=0.1,
                   breakdown="base:2015")  # fmt: skip
    bases = [figure(58730.0, "2015", "O"), figure(62000.0, "2015", "N")]
    assert one(propose(ratio, 2.55, 2.56, bases), "revised_base").other is bases[0]
    nowhere = dataclasses.replace(ratio, breakdown="base:old")
    assert "revised_base" not in kinds(propose(nowhere, 2.4, 2.5, bases))
    zero = [dataclasses.replace(b, value=v) for b, v in zip(bases, (0.0, 5.0), strict=True)]
    assert one(propose(ratio, 2.4, 2.5, zero), "revised_base").cost == 3.0


# --- all of them -------------------------------------------------------------------------------


def test_four_at_most_and_the_plain_change_last():
    s = figure(27.8, "2024-05", **GROWTH)
    prints = [
        figure(27.8, "2023-05", "A", **GROWTH),
        figure(27.8, "2024-04", "B", **GROWTH),
        figure(27.8, "2024-05", "C", price_basis="constant_2010", **GROWTH),
        figure(50000.0, "2023-05", "D"),
    ]
    repairs = propose(s, 71.0, 88.0, prints, [("serviced", 27, 28)])
    assert len(repairs) == MOST_REPAIRS
    assert kinds(repairs)[-1] == "set_to"
    assert [r.cost for r in repairs] == sorted(r.cost for r in repairs)
    assert kinds(propose(s, math.nan, math.nan, prints, [("serviced", 27, 28)])) == [
        "other_basis", "other_denominator", "wrong_year", "reused_figure",
    ]  # fmt: skip


def test_a_figure_that_holds_needs_no_repair():
    s = figure(28.0, **GROWTH)
    assert propose(s, 28, 28.4, [figure(28.0, "2023", "Y", **GROWTH)]) == ()
    assert propose(s, 28, math.inf, []) == ()
    assert propose(dataclasses.replace(s, value=math.nan), 1, 2, []) == ()


ANY = st.floats(allow_nan=True, allow_infinity=True)
FIGURES = st.one_of(
    st.floats(-1e7, 1e7).map(lambda v: round(v, 1)),
    st.integers(-(10**7), 10**7).map(float),
    st.floats(allow_nan=False, allow_infinity=False),
)
RESOLUTIONS = st.one_of(
    st.integers(-3, 6).map(lambda k: float(f"1e{k}")), st.sampled_from((0.5, 0.0, 1e300, 5e-324))
)


@st.composite
def statements(draw, key="X"):
    measure, unit = draw(
        st.sampled_from(
            (("level", "bn_vnd"), ("count", "parks"), ("growth_yoy", "percent"),
             ("growth_avg", "percent_per_year"), ("growth_ratio", "ratio"))
        )
    )  # fmt: skip
    return figure(
        draw(FIGURES), draw(st.sampled_from(("2024", "2023", "2024-05", "2021/2023", "2020", ""))),
        key, measure=measure, unit=unit, resolution=draw(RESOLUTIONS),
        qualifier=draw(st.sampled_from(("", "more_than", "less_than", "about"))),
        price_basis=draw(st.sampled_from(("", "current", "constant_2010"))),
        status=draw(st.sampled_from(("estimate", "plan"))),
    )  # fmt: skip


@st.composite
def cases(draw):
    s = draw(statements())
    near = st.floats(0.1, 10.0).map(lambda f: s.value * f)
    prints = [
        *draw(st.lists(statements("Y"), max_size=4)),
        *draw(st.lists(st.builds(dataclasses.replace, st.just(s), id=st.just("Z"),
                                 price_basis=st.just("constant_2010"),
                                 breakdown=st.sampled_from(("", "ownership:fdi"))), max_size=2)),
    ]  # fmt: skip
    prints = [dataclasses.replace(p, id=f"P{i}") for i, p in enumerate(prints)]
    alternatives = draw(st.lists(st.tuples(st.just("serviced"), ANY, ANY), max_size=2))
    return s, draw(st.one_of(ANY, near)), draw(st.one_of(ANY, near)), prints, alternatives


@given(cases())
def test_repairs_land_where_the_others_allow(case):
    s, low, high, prints, alternatives = case
    before = copy.deepcopy(case)
    repairs = propose(s, low, high, prints, alternatives)
    assert repr(case) == repr(before)
    assert repr(repairs) == repr(propose(s, low, high, prints[::-1], alternatives[::-1]))
    assert repr(repairs) == repr(propose(*before))
    assert len(repairs) <= MOST_REPAIRS
    assert [(r.cost, r.kind) for r in repairs] == sorted((r.cost, r.kind) for r in repairs)
    assert len(set(kinds(repairs))) == len(repairs)
    low = low if math.isfinite(low) else -math.inf
    high = high if math.isfinite(high) else math.inf
    low, high = min(low, high), max(low, high)
    for r in repairs:
        assert r.statement is s
        assert r.value != s.value
        if r.kind in DIGIT_SLIPS:
            assert low - s.resolution / 2 <= r.value <= high + s.resolution / 2
            assert math.isfinite(r.value)
        elif r.kind == "unit_slip":
            assert s.measure in LEVELS or r.detail in ("0.1", "10", "100")
        else:
            assert math.isnan(r.value) or low <= r.value <= high
    known = math.isfinite(low) or math.isfinite(high)
    if known and not low <= s.value <= high:
        assert repairs[-1].kind == "set_to"


@given(
    st.integers(10**3, 10**7), st.integers(-3, 3), st.booleans(), st.data()
)  # fmt: skip
def test_a_planted_slip_is_found(units, exponent, negative, data):
    """Plant one slip in a figure and allow only the figure: it must be offered back."""
    digits = str(units)
    i = data.draw(st.integers(0, len(digits) - 2))
    kind = data.draw(st.sampled_from(DIGIT_SLIPS))
    spoilt = {
        "transposed_digits": digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :],
        "dropped_digit": digits[: i + 1] + digits[i + 2 :],
        "extra_digit": digits[: i + 1] + "7" + digits[i + 1 :],
        "wrong_digit": digits[: i + 1] + str((int(digits[i + 1]) + 3) % 10) + digits[i + 2 :],
    }[kind]
    # A print without its units digit would have another number of decimals.
    assume(spoilt[0] != "0" and int(spoilt) != units and len(spoilt) > -exponent)
    sign = -1 if negative else 1
    true, printed = (sign * float(f"{d}e{exponent}") for d in (digits, spoilt))
    resolution = float(f"1e{exponent}")
    s = figure(printed, resolution=resolution)
    found = propose(s, true - resolution / 10, true + resolution / 10, [])
    # With half a digit of grace two neighbours could fit; the middle is the true figure.
    assert any(r.value == true for r in found if r.kind != "set_to")
