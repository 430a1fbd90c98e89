"""The catalogue: complete, bilingual, within its own bounds, and derived from what it cites."""

import csv
import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from kichban.catalogue import load_catalogue, load_parameters
from kichban.catalogue.labels import label
from kichban.periods import parse_date

INPUTS = Path(__file__).parents[1] / "inputs"
AS_OF = dt.date(2024, 7, 31)


@pytest.fixture(scope="module")
def statements():
    with (INPUTS / "statements.csv").open(encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def value(statements):
    return lambda key: float(statements[key]["value"])


def test_catalogue_is_bilingual_and_refers_to_itself():
    catalogue = load_catalogue()
    for code, indicator in catalogue.indicators.items():
        assert indicator.code == code
        assert indicator.unit in catalogue.units, code
        assert set(indicator.measures) <= set(catalogue.measures), code
        assert set(indicator.dimensions) <= set(catalogue.dimensions), code
    assert [i.order for i in catalogue.indicators.values()] == list(
        range(1, len(catalogue.indicators) + 1)
    )
    for dimension, members in catalogue.dimensions.items():
        assert all(m.dimension == dimension for m in members.values())
        orders = [m.order for m in members.values()]
        assert orders == sorted(orders)
    assert set(catalogue.statuses) == {"estimate", "preliminary", "actual", "plan", "target"}


def test_identities_name_what_exists():
    catalogue = load_catalogue()
    for identity in catalogue.identities.values():
        names = (identity.indicator, identity.total, *identity.terms, *identity.indicators)
        assert {n for n in names if n} <= set(catalogue.indicators), identity.name
        assert set(identity.measures) <= set(catalogue.measures)
        if identity.kind == "partition":
            assert set(identity.members) <= set(catalogue.dimensions[identity.dimension])
    area = catalogue.identities["ccn_plan_area"]
    assert area.result_breakdown == "stage:planned"
    assert area.result is None
    assert catalogue.identities["grdp_shares"].total_value == 100.0
    share = catalogue.identities["ccn_realised_share"]
    assert share.result is not None
    assert share.result.indicator == "ccn_realised_share"
    assert [f.power for f in share.factors] == [1, -1]


def test_a_label_needs_both_languages():
    with pytest.raises(ValueError, match="a label needs vi and en"):
        label({"vi": "x", "en": ""})


def test_parameters_are_within_their_own_bounds():
    for key, p in load_parameters().items():
        lo, hi = p.error_bounds
        values = p.default if isinstance(p.default, tuple) else (p.default,)
        assert all(v is None or isinstance(v, float) for v in values), key
        for v in (*values, p.low, p.high, *(p.warning_bounds or ())):
            assert v is None or lo <= v <= hi, key
        if p.sampled:
            assert p.role == "uncertainty", key
            assert p.low is not None, key
            assert p.high is not None, key
            assert p.low <= p.default <= p.high, key
        else:
            assert p.low is None, key
        if p.kind == "triangle":
            assert list(p.default) == sorted(p.default)
        if p.percent:
            assert p.unit.startswith("fraction"), key


def test_parameters_keep_order_and_lookups():
    parameters = load_parameters()
    assert [p.order for p in parameters.values()] == list(range(len(parameters)))
    assert set(parameters.sampled) == {k for k, p in parameters.items() if p.sampled}
    assert len(parameters.sampled) <= 64
    assert "land.slip_park" in parameters.levers
    assert "land.slip_park" not in parameters.sampled
    assert parameters["land.established_park"].reach_only
    assert not parameters["growth.volume"].reach_only
    assert sum(parameters["investment.lag_weights"].default) == pytest.approx(1)


def test_every_parameter_says_what_it_rests_on(statements):
    for key, p in load_parameters().items():
        assert p.assumption["vi"].endswith(".")
        assert p.assumption["en"].endswith(".")
        for source in p.sources:
            assert statements[source]["use"] == "yes", (key, source)
        if p.tag == "D" and p.default is not None:
            assert p.sources, key
        if p.sources:
            newest = max(parse_date(statements[s]["published"]) for s in p.sources)
            assert p.known == newest, key


def test_no_parameter_rests_on_what_came_after_the_as_of_date():
    parameters = load_parameters()
    assert parameters.resting_after(AS_OF) == ()
    assert "land.industrial_share_cluster" in parameters.resting_after(dt.date(2023, 12, 31))


WEDGE_PAIRS = (
    ("BG0501", "BG0499"), ("BG0603", "BG0601"), ("BG0552", "BG0550"), ("BG0022", "BG0633"),
    ("BG0119", "BG0116"), ("BG0018", "BG0016"), ("BG0484", "BG0482"), ("BG0144", "BG0136"),
    ("BG0156", "BG0151"), ("BG0487", "BG0494"),
)  # fmt: skip


def test_wedge_is_the_mean_of_ten_pairs(value):
    wedge = load_parameters()["growth.wedge"]
    assert set(wedge.sources) == {key for pair in WEDGE_PAIRS for key in pair}
    ratios = [(100 + value(go)) / (100 + value(iip)) - 1 for go, iip in WEDGE_PAIRS]
    assert sum(ratios) / 10 == pytest.approx(wedge.default, abs=0.0005)
    assert wedge.low <= min(ratios)
    assert max(ratios) <= wedge.high


def test_derived_defaults_follow_from_their_statements(value):
    """Each line repeats the arithmetic that the assumption states."""
    default = {key: p.default for key, p in load_parameters().items()}
    v = value
    share_park = v("BX003") / v("BX002")
    assert share_park == pytest.approx(default["land.industrial_share_park"], abs=0.01)
    share_cluster = v("BG0048") / v("BG0047")
    assert share_cluster == pytest.approx(default["land.industrial_share_cluster"], abs=0.01)
    realised = v("BG0056") / v("BG0055")
    assert realised == pytest.approx(default["investment.realised_cluster"], abs=0.001)
    assert v("BG0057") / 100 == pytest.approx(default["investment.realised_cluster"])
    fdi = (v("BG0043") / v("BG0041") + v("BX007") / v("BX006")) / 2
    assert fdi == pytest.approx(default["investment.realised_fdi"], abs=0.015)
    ddi = (v("BG0044") / v("BG0042") + v("BX009") / v("BX008")) / 2
    assert ddi == pytest.approx(default["investment.realised_ddi"], abs=0.005)
    services = load_parameters()["growth.services"].sources
    assert sum(map(v, services)) / len(services) == pytest.approx(6.8, abs=0.05)
    deflator = v("BG0186") / v("BG0176") / (1 + v("BG0174") / 100) - 1
    assert deflator == pytest.approx(default["growth.grdp_deflator"], abs=0.003)
    # half a year of leasing lies between the printed 918 ha and the mean of the year
    per_ha = v("BG0193") * v("BG0880") / 100 / (v("BX004") + default["land.leasing_park"] / 4)
    assert per_ha == pytest.approx(default["land.output_per_ha_park"], rel=0.01)
    leasing = (v("BG0051") - v("BG0709")) / (2024.44 - 2016.58)
    assert leasing == pytest.approx(34, abs=0.6)
    elasticities = [v("BG0182") / v("BG0016"), v("BG0114") / v("BG0116")]
    assert sum(elasticities) / 2 == pytest.approx(default["growth.va_elasticity"], abs=0.03)


def test_import_is_light():
    code = "import sys, kichban.catalogue as c; c.load_parameters(); print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert not {"pandas", "scipy", "numpy"} & set(run.stdout.split())
