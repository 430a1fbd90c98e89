"""Forecasts that add up: the algebra, what stands, nothing below nought, and the file of sums."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import LinearConstraint, linprog, minimize

from kichban.balance import UnbalancedError, balance_nonnegative
from kichban.errors import InputError, UsageError
from kichban.forecast import coherent_total, forecast, forecast_coherently
from kichban.forecast.coherent import shrunk_correlation
from kichban.study.series_file import forecast_file
from kichban.texts import fault_line

#: two ownerships and three sectors of one total
SUMS = np.array([[1.0, 1, 0, 0, 0, -1], [0, 0, 1, 1, 1, -1]])
T = np.arange(14.0)
FDI, OTHER = 100 * 1.12**T, 60 * 1.04**T * (1 + 0.05 * np.sin(T))
TOTAL = FDI + OTHER
SERIES = [FDI, OTHER, 0.8 * TOTAL, 0.15 * TOTAL, 0.05 * TOTAL, TOTAL]


# --- the algebra ------------------------------------------------------------------------------


def test_every_draw_adds_up_both_ways_and_nothing_is_below_nought():
    said = forecast_coherently(SERIES, SUMS, "Y", 4, "experts")
    assert np.allclose(np.einsum("ks,sdh->kdh", SUMS, said.draws), 0.0, atol=1e-6)
    assert np.allclose(SUMS @ said.points, 0.0, atol=1e-9)
    assert (said.draws >= 0).all()


def test_points_are_those_of_the_other_form_of_the_formula():
    """S (S' W⁻¹ S)⁻¹ S' W⁻¹ ŷ, as Wickramasuriya and others (2019) write it."""
    rng = np.random.default_rng(2)
    spread = rng.standard_normal((6, 6))
    w = spread @ spread.T + 0.1 * np.eye(6)
    base = np.array([100.0, 50.0, 120.0, 20.0, 5.0, 160.0])
    # Bottom series: FDI, and two of the sectors; all others follow from them.
    s = np.array([[1.0, 0, 0, 0], [-1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1],
                  [0, 1, 1, 1]])  # fmt: skip
    inverse = np.linalg.inv(w)
    other = s @ np.linalg.solve(s.T @ inverse @ s, s.T @ inverse @ base)
    assert np.allclose(balance_nonnegative(base[None, :], w, SUMS)[0], other)


def test_a_series_that_is_kept_stands_in_every_draw():
    own = forecast([SERIES[5]], "Y", 3, "experts")
    said = forecast_coherently(SERIES, SUMS, "Y", 3, "experts", fixed=(5,))
    assert np.allclose(said.points[5], own.points[0])
    assert np.allclose(said.draws[0] + said.draws[1], said.draws[5])
    assert np.allclose(np.quantile(said.draws[5], 0.9, axis=0), own.quantiles([0.9])[0, :, 0],
                       rtol=0.03)  # fmt: skip


def test_a_longer_horizon_changes_no_earlier_point():
    short, long = (forecast_coherently(SERIES, SUMS, "Y", h, "experts") for h in (2, 5))
    assert np.allclose(short.points, long.points[:, :2])


def test_the_years_total_of_series_that_add_up_adds_up():
    months = [np.exp(0.01 * np.arange(42) + 0.1 * np.sin(np.arange(42) * k)) for k in (1, 2)]
    series = [*months, sum(months)]
    said = coherent_total(series, np.array([[1.0, 1.0, -1.0]]), 6, "M", "experts")
    assert np.allclose(said.draws[0] + said.draws[1], said.draws[2])
    assert said.point[0] + said.point[1] == pytest.approx(said.point[2])
    assert (said.draws > np.array([y[-6:].sum() for y in series])[:, None]).all()
    whole = coherent_total(series, np.array([[1.0, 1.0, -1.0]]), 12, "M", "experts")
    assert whole.point == pytest.approx([y[-12:].sum() for y in series])


def test_series_that_cannot_add_up_are_refused():
    for bad in ([FDI, OTHER[1:], TOTAL], [-FDI, OTHER, TOTAL]):
        with pytest.raises(ValueError, match="above nought of one length"):
            forecast_coherently(bad, np.array([[1.0, 1.0, -1.0]]), "Y", 2)


@settings(deadline=None, max_examples=60)
@given(
    arrays(float, (3, 4), elements=st.floats(0, 100)),
    arrays(float, 4, elements=st.floats(0.1, 50)),
)
def test_nothing_below_nought_is_near_the_best_there_is(values, variance):
    sums = np.array([[1.0, 1.0, 1.0, -1.0]])
    found = balance_nonnegative(values, variance, sums)
    assert (found >= 0).all()
    assert np.allclose(found @ sums.T, 0.0, atol=1e-6)
    for x, y in zip(values, found, strict=True):
        best = minimize(
            lambda v, x=x: float((((v - x) ** 2) / variance).sum()), y,
            jac=lambda v, x=x: 2 * (v - x) / variance, bounds=[(0, None)] * 4,
            constraints=LinearConstraint(sums, 0, 0), method="SLSQP",
        )  # fmt: skip
        own = float((((y - x) ** 2) / variance).sum())
        # Holding what falls below is exact for one sum: the order of holding does not matter.
        assert own <= best.fun * (1 + 1e-4) + 1e-4


def test_official_nodes_that_leave_nothing_are_told():
    sums = np.array([[1.0, 1.0, -1.0]])
    with pytest.raises(ValueError, match="constraint 0 cannot hold in 1 draws"):
        balance_nonnegative(np.array([[80.0, 40.0, 50.0]]), np.array([0.0, 1.0, 0.0]), sums)


def test_correlation_of_few_errors_is_none_and_of_many_is_theirs():
    rng = np.random.default_rng(5)
    common = rng.standard_normal(200)
    both = np.stack([common, common]) + 0.3 * rng.standard_normal((2, 200))
    assert shrunk_correlation(both)[0, 1] == pytest.approx(1 / 1.09, abs=0.05)
    few = [abs(shrunk_correlation(rng.standard_normal((4, 5)))[0, 1]) for _ in range(50)]
    assert np.median(few) < 0.2


# --- the file of sums ---------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path):
    def write(sums: str, series=None):
        series = series or {"fdi": FDI, "other": OTHER, "all": TOTAL}
        rows = [f"{name},{i},{y!r}" for name, values in series.items()
                for i, y in enumerate(map(float, values), start=1)]  # fmt: skip
        data, tree = tmp_path / "series.csv", tmp_path / "sums.csv"
        data.write_text("unique_id,ds,y\n" + "\n".join(rows) + "\n", encoding="utf-8")
        tree.write_text(sums, encoding="utf-8")
        return data, tree

    return write


def points(data: bytes) -> dict[tuple[str, int], float]:
    rows = csv.DictReader(io.StringIO(data.decode()))
    return {(r["unique_id"], int(r["step"])): float(r["value"]) for r in rows
            if r["statistic"] == "mean"}  # fmt: skip


GOOD = "total,part\nall,fdi\nall,other\n"


def test_forecasts_of_a_file_add_up(files):
    data, sums = files(GOOD)
    found = points(forecast_file(data, "Y", 3, method="experts", adds_up=sums))
    apart = points(forecast_file(data, "Y", 3, method="experts"))
    for step in (1, 2, 3):
        assert found["fdi", step] + found["other", step] == pytest.approx(found["all", step])
    assert found != apart
    kept = points(forecast_file(data, "Y", 3, method="experts", adds_up=sums, keep=["all"]))
    assert kept["all", 3] == pytest.approx(apart["all", 3])


def messages(data, sums, **flags) -> list[str]:
    with pytest.raises(InputError) as caught:
        forecast_file(data, "Y", 2, method="experts", adds_up=sums, **flags)
    return [fault_line(f, "en").replace(f.file, "sums.csv") for f in caught.value.faults]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("total,part\nall,fdii\nall,other\n", ["sums.csv:2:part: E-SER-008", "nearest: fdi"]),
        ("total,part\nall,fdi\nall,fdi\nall,all\n",
         ["sums.csv:3:part: E-SER-009", "sums.csv:4:part: E-SER-009"]),
        ("total,part\n", ["E-SER-007"]),
        ("total,part\nall,fdi\n", ["sums.csv:2:total: E-SER-013", "14 periods"]),
        ("total,part,splitt\nall,fdi,a\n", ["E-COL-001"]),
        ("total,part,split\nall,fdi,a\nall,other,a\nall,fdi,b\nall,other,b\n",
         ["sums.csv:4:total: E-SER-012"]),
    ],
    ids=["unknown", "twice", "empty", "misses", "column", "nothing new"],
)  # fmt: skip
def test_faults_of_the_sums_are_told_all_at_once(files, text, wanted):
    said = messages(*files(text))
    for words in wanted:
        assert any(words in line for line in said), said


def test_series_that_end_elsewhere_or_are_not_above_nought_are_told(files):
    series = {"fdi": FDI - 200, "other": OTHER[:-1], "all": TOTAL}
    said = messages(*files(GOOD, series))
    assert any("sums.csv:2:part: E-SER-010: fdi — its figure in 1, " in line for line in said)
    assert any("sums.csv:3:part: E-SER-011: other" in line and "up to 13," in line for line in said)


def test_years_that_do_not_match_are_told_though_as_many(files):
    """Parts of 2010–2023 under a total of 2000–2013: small ones would not show in the sums."""
    data, sums = files(GOOD)
    rows = data.read_text(encoding="utf-8").splitlines()
    named = [r.split(",") for r in rows[1:]]
    shift = {"fdi": 1999, "other": 2009, "all": 1999}
    rows[1:] = [f"{name},{int(ds) + shift[name]},{y}" for name, ds, y in named]
    data.write_text("\n".join(rows) + "\n", encoding="utf-8")
    (line,) = messages(data, sums)
    assert "sums.csv:3:part: E-SER-011: other — the series has 14 periods up to 2023" in line
    assert "up to 2013" in line


def test_quoted_headers_are_read_in_both_files(files):
    data, sums = files('"total","part","split"\nall,fdi,\nall,other,\n')
    data.write_text(data.read_text().replace("unique_id,ds,y", '"unique_id","ds","y"'))
    assert points(forecast_file(data, "Y", 1, method="experts", adds_up=sums))


def test_series_outside_the_sums_are_forecast_by_themselves(files):
    """Of another length, with figures below nought: they take no part in adding up."""
    series = {"u": FDI[:-4] - 150, "fdi": FDI, "other": OTHER, "all": TOTAL}
    data, sums = files(GOOD, series)
    found = points(forecast_file(data, "Y", 2, method="experts", adds_up=sums))
    apart = points(forecast_file(data, "Y", 2, method="experts"))
    assert found["u", 2] == apart["u", 2]
    assert found["fdi", 2] + found["other", 2] == pytest.approx(found["all", 2])
    assert next(iter(found)) == ("u", 1)


@pytest.mark.parametrize("keep", [["fdi", "other", "all"], ["all", "fdi"]])
def test_series_that_are_kept_and_leave_no_room_are_told(files, keep):
    data, sums = files(GOOD, {"fdi": 0.99 * TOTAL, "other": 0.01 * TOTAL, "all": TOTAL})
    with pytest.raises(UsageError) as caught:
        forecast_file(data, "Y", 2, method="experts", adds_up=sums, keep=keep)
    said = fault_line(caught.value.fault, "en")
    assert "E-FCT-906" in said
    assert "of 2048 draws of step 1 " in said
    assert "no room for the sum of all" in said


def test_what_is_kept_stands_to_the_last_digit(files):
    data, sums = files(GOOD)
    rows = [
        [r for r in forecast_file(data, "Y", 2, method="experts", **flags).decode().splitlines()
         if r.startswith("all,")]
        for flags in ({}, {"adds_up": sums, "keep": ["all"]})
    ]  # fmt: skip
    assert rows[0] == rows[1]


def test_keeping_needs_a_series_and_sums(files):
    data, sums = files(GOOD)
    for flags in ({"keep": ["nobody"], "adds_up": sums}, {"keep": ["all"]}):
        with pytest.raises(UsageError) as caught:
            forecast_file(data, "Y", 2, **flags)
        assert caught.value.fault.code == "E-FCT-905"


# --- against a solver of linear programmes --------------------------------------------------------


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 10_000))
def test_what_can_add_up_is_balanced_and_what_cannot_is_told(seed):
    """Two sums over seven figures, some of them official, as `linprog` sees them."""
    rng = np.random.default_rng(seed)
    sums = np.array([[1, 1, 1, 0, 0, -1, 0], [1, 0, 0, 1, 1, 0, -1]], dtype=float)
    values = rng.exponential(1.0, 7) * rng.choice([0.1, 1.0, 5.0], 7)
    variance = rng.uniform(0.1, 2.0, 7) * (rng.random(7) < 0.7)
    fixed = variance == 0
    bounds = [(v, v) if f else (0, None) for v, f in zip(values, fixed, strict=True)]
    possible = linprog(np.zeros(7), A_eq=sums, b_eq=np.zeros(2), bounds=bounds).status == 0
    try:
        (found,) = balance_nonnegative(values[None, :], variance, sums)
    except UnbalancedError:
        # With a whole sum official there is nothing to balance, even if it happens to add up.
        assert not possible or (np.abs(sums) @ variance == 0).any()
        return
    assert possible
    assert np.abs(sums @ found).max() < 1e-5
    assert found.min() >= 0
    assert found[fixed] == pytest.approx(values[fixed], abs=1e-9)
