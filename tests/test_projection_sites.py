"""Sites built from a ledger: named first, totals matched, the pipeline net of what is there."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kichban.catalogue.parameters import load_parameters
from kichban.errors import InputError
from kichban.land import CLUSTER, NEVER, PARK
from kichban.ledger import Ledger, Site, SiteObservation, Statement, Target, ledger_at
from kichban.periods import parse_period
from kichban.projection import Settings, Variable, project
from kichban.projection.sites import build_sites
from kichban.projection.sites.facts import decimal_year
from kichban.projection.sites.sizes import sizes_adding_up
from kichban.reconcile import Series

TODAY = dt.date(2024, 7, 31)
JUNE = dt.date(2024, 6, 11)


def total(indicator, breakdown, value, *, day="2024-06-11", resolution=1.0, status="actual"):
    measure = "count" if indicator.endswith("count") else "area_ha"
    return Statement(
        id=f"S:{indicator}:{breakdown}:{day}", region="bac_giang", indicator=indicator,
        breakdown=breakdown, period=parse_period(day), period_kind="asof", measure=measure,
        value=value, unit="ha", printed="", resolution=resolution, qualifier="", price_basis="",
        status=status, published=parse_period(day).last_day, published_precision="day",
        source="S002", note="", use="yes", reason="", row=2,
    )  # fmt: skip


def target(indicator, breakdown, value, *, period="2030", in_force=True, region="bac_giang"):
    return Target(
        id=f"T:{indicator}:{breakdown}", statement="", statement_upper="", region=region,
        indicator=indicator, breakdown=breakdown, period=parse_period(period), measure="area_ha",
        value=value, upper=None, unit="ha", price_basis="", kind="area", sense="",
        document={}, document_date="", plan_type="", published=JUNE, supersedes=(),
        in_force=in_force, identity="",
    )  # fmt: skip


def site(key, kind="kcn", parent="", district="", published=None):
    return Site(key, kind, key.title(), key, parent, district, "", published, "S002", "")


def seen(key, stage="", day=JUNE, **columns):
    given = dict.fromkeys(
        ("gross_ha", "industrial_ha", "cleared_ha", "serviced_ha", "leased_ha", "operating_ha",
         "occupancy_pct")
    )  # fmt: skip
    use = columns.pop("use", "yes")
    return SiteObservation(
        site=key, as_of=day, stage=stage, **(given | columns), denominator="", status="actual",
        published=day, source="S002", note="", use=use,
    )  # fmt: skip


def ledger(*, statements=(), targets=(), sites=(), observations=()):
    return Ledger(
        region="bac_giang", as_of=TODAY, statements=tuple(statements), sources={},
        targets=tuple(targets), sites=tuple(sites), observations=tuple(observations), groups=(),
        regions={}, readings=(),
    )  # fmt: skip


def build(seed=1, **parts):
    return build_sites(ledger(**parts), load_parameters(), seed)


CLUSTERS = (
    total("ccn_count", "stage:established", 55), total("ccn_area", "stage:established", 2329.0),
    total("ccn_industrial_land", "stage:established", 1485.0), total("ccn_leased", "", 604.0),
    total("ccn_count", "stage:operating", 35), total("ccn_area", "stage:operating", 1245.0),
)  # fmt: skip
NAMED = (site("tan_my", "ccn"), site("lan_son", "ccn"), site("tan_hung"))
NAMED_SEEN = (
    seen("tan_my", "established", dt.date(2015, 12, 31), gross_ha=10.7),
    seen("lan_son", "established", dt.date(2021, 12, 31), gross_ha=75.0),
)


def of_kind(registry, kind, stage=1):
    sites = registry.sites
    return (sites.kind == kind) & (sites.stage == stage)


@given(st.integers(0, 30))
def test_clusters_match_every_printed_total(seed):
    registry = build(seed, statements=CLUSTERS, sites=NAMED, observations=NAMED_SEEN)
    sites, there = registry.sites, of_kind(registry, CLUSTER)
    assert sites.counts[there].sum() == 55
    assert sites.gross[there].sum() == pytest.approx(2329.0, abs=1e-9)
    assert sites.industrial[there].sum() == pytest.approx(1485.0, abs=1e-9)
    assert sites.leased[there].sum() == pytest.approx(604.0, abs=1e-9)
    running = there & np.array([s == "operating" for s in registry.stages])
    assert running.sum() == 35
    assert sites.gross[running].sum() == pytest.approx(1245.0, abs=1e-9)
    assert (sites.operating[~running] == 0).all()
    synthetic = np.array(registry.synthetic)
    assert synthetic.sum() == 53
    assert ((sites.gross[synthetic] >= 10) & (sites.gross[synthetic] <= 75)).all()
    assert registry.stages[registry.ids.index("tan_my")] == "operating"
    assert "operating_assumed" in registry.notes[registry.ids.index("tan_my")]
    assert registry.stages[registry.ids.index("lan_son")] == "established"
    for low, high in (
        (sites.operating, sites.leased), (sites.leased, sites.serviced),
        (sites.serviced, sites.cleared), (sites.cleared, sites.industrial),
        (sites.industrial, sites.gross),
    ):  # fmt: skip
        assert (low <= high + 1e-9).all()


def lots(stage, count, area):
    """What a plan of 2021-2030 prints of one lot of clusters."""
    return (
        target("ccn_count", f"stage:{stage}_2021_2030", count, period="2021/2030"),
        target("ccn_area", f"stage:{stage}_2021_2030", area, period="2021/2030"),
    )  # fmt: skip


CLUSTER_PLAN = (
    target("ccn_count", "stage:planned", 63.0), target("ccn_area", "stage:planned", 3006.0),
    target("ccn_area", "stage:planned", 3164.0, in_force=False),
    target("ccn_area", "stage:planned", 9999.0, region="bac_ninh"),
)  # fmt: skip
LOTS = (
    *lots("new", 24.0, 1361.0), *lots("expanded", 3.0, 91.54), *lots("removed", 3.0, 36.2),
    *lots("merged_into_kcn", 3.0, 148.0),
)  # fmt: skip
SITES = {"statements": CLUSTERS, "sites": NAMED, "observations": NAMED_SEEN}


def test_the_pipeline_holds_what_the_plan_adds_and_what_leaves():
    """Of 24 new clusters with 1.361 ha ten with 591,34 are there: 14 with 769,66 ha remain."""
    registry = build(targets=CLUSTER_PLAN + LOTS, **SITES)
    sites, planned = registry.sites, of_kind(registry, CLUSTER, 0)
    new = planned & sites.counts
    assert new.sum() == 14
    assert sites.gross[new].sum() == pytest.approx(769.66, abs=1e-9)
    assert ((sites.gross[new] >= 10.0 - 0.01) & (sites.gross[new] <= 75.0 + 0.01)).all()
    assert sites.gross[planned & ~sites.counts].sum() == pytest.approx(91.54, abs=1e-9)
    gone, there = sites.withdrawal < NEVER, of_kind(registry, CLUSTER)
    assert (gone <= there).all()
    assert gone.sum() == 6
    assert sites.gross[gone & ~sites.merged].sum() == pytest.approx(36.2, abs=1e-9)
    assert sites.gross[gone & sites.merged].sum() == pytest.approx(148.0, abs=1e-9)
    assert sorted(sites.withdrawal[gone]) == sorted(set(sites.withdrawal[gone]))
    assert ((sites.withdrawal[gone] > 2024 * 4 + 2) & (sites.withdrawal[gone] < 2031 * 4)).all()
    assert sites.gross[there].sum() == pytest.approx(2329.0, abs=1e-9)
    stays = (there | planned) & ~gone
    assert sites.gross[stays].sum() == pytest.approx(3006.0, abs=1e-9)
    assert sites.counts[stays].sum() == 63
    assert sites.leased[there].sum() == pytest.approx(604.0, abs=1e-9)


def test_what_may_have_left_already_does_not_leave_again():
    """Where the sites that are there and those added cannot be told apart from those that left."""
    registry = build(targets=CLUSTER_PLAN + LOTS[2:], **SITES)
    assert (registry.sites.withdrawal == NEVER).all()
    too_few = build(targets=CLUSTER_PLAN + lots("new", 13.0, 1361.0) + LOTS[2:], **SITES)
    assert (too_few.sites.withdrawal == NEVER).all()


def test_assumed_parks_stand_where_the_printed_numbers_leave_room():
    """Of 14 with approved zoning five are named, of the nine others twelve in 14 are handed in."""
    named = tuple(site(f"zoned_{i}") for i in range(5))
    seen_of = [seen(n.id, "zoning_approved", gross_ha=200.0) for n in named]
    there = site("there")
    registry = build(
        sites=(*named, there),
        observations=(*seen_of, seen("there", "operating", gross_ha=300.0, occupancy_pct=90.0)),
        statements=(
            total("kcn_count", "stage:established", 1), total("kcn_area", "stage:established", 300),
            total("kcn_count", "stage:approval_in_progress", 12, status="plan"),
            total("kcn_count", "stage:construction_plan_approved", 14, status="plan"),
        ),
        targets=(
            target("kcn_count", "stage:planned", 18.0), target("kcn_area", "stage:planned", 4000.0),
        ),
    )  # fmt: skip
    stages = [s for s, made in zip(registry.stages, registry.synthetic, strict=True) if made]
    assert stages.count("approval_in_progress") == 8
    assert stages.count("zoning_approved") == 1
    assert stages.count("planned") == 12 - 9
    handed_in = [s == "approval_in_progress" for s in registry.stages]
    assert (registry.sites.entry_to[handed_in] == 0.0).all()


def test_land_that_is_let_without_a_word_on_the_stage_is_being_let():
    registry = build(sites=(site("a"),), observations=(seen("a", gross_ha=90.0, occupancy_pct=50),))
    assert registry.stages == ("leasing",)
    assert registry.known["kcn"] == {"area", "leased"}


def test_several_phases_close_a_total_only_together():
    sites = (site("park"), site("one", parent="park"), site("two", parent="park"))
    rows = (
        seen("park", "operating", gross_ha=200.0, occupancy_pct=100.0),
        seen("one", "appraisal", gross_ha=90.0), seen("two", "appraisal", gross_ha=85.0),
    )  # fmt: skip
    registry = build(
        sites=sites, observations=rows,
        statements=(
            total("kcn_count", "stage:established", 1), total("kcn_area", "stage:established", 375),
        ),
    )  # fmt: skip
    assert registry.stages == ("operating", "established", "established")
    assert registry.sites.leased.tolist() == [pytest.approx(200 * 0.69), 0.0, 0.0]


def test_the_pipeline_is_net_of_what_is_there_where_nothing_can_leave():
    targets = (*CLUSTER_PLAN, *lots("expanded", 3.0, 91.54))
    registry = build(targets=targets, **SITES)
    sites, planned = registry.sites, of_kind(registry, CLUSTER, 0)
    assert sites.counts[planned].sum() == 8
    assert sites.gross[planned].sum() == pytest.approx(677.0, abs=1e-9)
    # eight new clusters of at most 75 ha cannot hold 677 ha: the plan's expansions do
    assert sites.gross[planned & ~sites.counts].sum() == pytest.approx(91.54, abs=1e-9)
    assert sites.gross[planned & sites.counts].max() <= 75.0
    assert np.isnan(sites.industrial[planned]).all()
    assert registry.totals["ccn"][-2:] == ("T:ccn_count:stage:planned", "T:ccn_area:stage:planned")
    fewer = build(
        statements=CLUSTERS, sites=NAMED, observations=NAMED_SEEN,
        targets=targets[:2],
    )  # fmt: skip
    rest = fewer.sites.gross[of_kind(fewer, CLUSTER, 0) & ~fewer.sites.counts].sum()
    assert rest == pytest.approx(77.0)


PARKS = (
    site("van_trung"), site("quang_chau"), site("more", parent="quang_chau"), site("yen_lu"),
    site("phuc_son"), site("duc_giang"), site("ngoc_ly"), site("old_plan"), site("gone"),
)  # fmt: skip
PARKS_SEEN = (
    seen("van_trung", "operating", dt.date(2021, 10, 27), gross_ha=350.0, occupancy_pct=100.0),
    seen("van_trung", "", gross_ha=None, occupancy_pct=90.0),
    seen("quang_chau", "operating", gross_ha=426.0, industrial_ha=420.0, occupancy_pct=93.5),
    seen("more", "added_to_plan", dt.date(2021, 2, 23), gross_ha=90.0),
    seen("yen_lu", "leasing", gross_ha=377.0, occupancy_pct=8.96),
    seen("yen_lu", "clearing", dt.date(2024, 6, 30)),
    seen("phuc_son", "approved", gross_ha=123.94),
    seen("phuc_son", "appraisal", dt.date(2022, 12, 20), gross_ha=124.94),
    seen("duc_giang", "zoning_approved", dt.date(2023, 7, 24), gross_ha=287.5),
    seen("ngoc_ly", "zoning_in_preparation"),
    seen("old_plan", "added_to_plan", dt.date(2021, 2, 23)),
    seen("old_plan", "planned", None, gross_ha=200.0, use="background"),
    seen("gone", "established", dt.date(2010, 1, 1), gross_ha=50.0),
    seen("gone", "withdrawn", dt.date(2015, 1, 1)),
)
PLAN = (target("kcn_count", "stage:planned", 9.0), target("kcn_area", "stage:planned", 2500.0))


def test_parks_take_the_newest_print_of_every_column():
    registry = build(sites=PARKS, observations=PARKS_SEEN)
    sites, at = registry.sites, registry.ids.index
    assert "gone" not in registry.ids
    assert sites.gross[at("van_trung")] == 350.0
    share = sites.leased / sites.industrial
    assert share[at("van_trung")] == pytest.approx(0.9)
    assert share[at("quang_chau")] == pytest.approx(0.935)
    assert sites.industrial[at("quang_chau")] == pytest.approx(0.69 * 426)
    assert "industrial_ignored" in registry.notes[at("quang_chau")]
    assert sites.gross[at("phuc_son")] == 123.94
    assert sites.leased[at("phuc_son")] == 0.0
    # clearing printed after leasing is of the remaining area
    assert registry.stages[at("yen_lu")] == "leasing"
    assert (
        sites.leased[at("yen_lu")] < sites.serviced[at("yen_lu")] < sites.industrial[at("yen_lu")]
    )
    assert sites.parent[at("more")] == at("quang_chau")
    assert not sites.counts[at("more")]
    # without a plan the pipeline is what has a name and an area
    assert [i for i, s in zip(registry.ids, sites.stage, strict=True) if s == 0] == [
        "more",
        "duc_giang",
        "old_plan",
    ]
    assert not any(registry.synthetic)


def test_planned_parks_enter_when_their_stage_says():
    registry = build(sites=PARKS, observations=PARKS_SEEN)
    entry = dict(zip(registry.ids, registry.sites.entry_to.tolist(), strict=True))
    assert entry["duc_giang"] == 1.0
    assert np.isnan(entry["old_plan"])


def test_a_single_phase_that_closes_the_total_is_read_as_established():
    # 350 + 426 + 377 + 123,94 + 90 = 1.366,94; the finer of two prints of one figure is taken
    printed = (
        total("kcn_area", "stage:established", 1367.1, resolution=0.01),
        total("kcn_area", "stage:approved", 1367.0, day="2024-06-30"),
        total("kcn_count", "stage:approved", 4, day="2024-06-30"),
    )
    registry = build(statements=printed, sites=PARKS, observations=PARKS_SEEN, targets=PLAN)
    sites, at = registry.sites, registry.ids.index
    there = of_kind(registry, PARK)
    assert sites.stage[at("more")] == 1
    assert "closing_phase" in registry.notes[at("more")]
    assert sites.leased[at("more")] == pytest.approx(0.935 * sites.industrial[at("more")])
    assert sites.gross[there].sum() == pytest.approx(1367.1, abs=1e-9)
    planned = of_kind(registry, PARK, 0)
    assert sites.counts[planned].sum() == 5
    assert sites.gross[planned].sum() == pytest.approx(2500.0 - 1367.1, abs=1e-9)
    assert "gross_assumed" in registry.notes[at("ngoc_ly")]
    assert "more" not in [registry.ids[i] for i in np.flatnonzero(planned)]


def test_area_without_a_name_is_marked_and_not_counted():
    printed = (
        total("kcn_area", "stage:established", 1500.0), total("kcn_count", "stage:established", 4),
    )  # fmt: skip
    registry = build(statements=printed, sites=PARKS, observations=PARKS_SEEN)
    at = registry.ids.index("kcn_rest")
    assert registry.sites.gross[at] == pytest.approx(1500.0 - 1276.94)
    assert registry.notes[at][0] == "unexplained_area"
    assert not registry.sites.counts[at]
    assert registry.sites.counts[of_kind(registry, PARK)].sum() == 4


def test_named_sites_above_the_total_are_scaled_down():
    printed = (total("kcn_area", "stage:established", 1000.0),)
    registry = build(statements=printed, sites=PARKS, observations=PARKS_SEEN)
    assert registry.sites.gross[of_kind(registry, PARK)].sum() == pytest.approx(1000.0)
    assert "gross_scaled" in registry.notes[0]


def test_one_cluster_alone_and_nothing_at_all():
    alone = build(
        sites=(site("only", "ccn"),), observations=(seen("only", "operating", gross_ha=20.0),)
    )
    assert alone.ids == ("only",)
    assert alone.sites.industrial.tolist() == [pytest.approx(0.64 * 20.0)]
    assert alone.sites.leased.tolist() == [0.0]
    nothing = build()
    assert len(nothing.sites) == 0
    assert nothing.names_vi == ()
    # a plan alone does not say what is missing
    assert build(targets=PLAN).ids == ()


def test_totals_of_another_day_are_not_mixed_in():
    old = (
        total("ccn_count", "stage:established", 54, day="2023-03-31"),
        total("ccn_area", "stage:established", 2329.0),
        total("ccn_leased", "", 517.0, day="2023-03-31"),
    )
    named = (seen("tan_my", "operating", gross_ha=60.0),)
    registry = build(statements=old, sites=NAMED[:1], observations=named)
    assert registry.ids == ("tan_my", "ccn_rest")
    # the old total of leased land still says more than nothing
    assert registry.sites.leased.sum() == pytest.approx(517.0)


def test_the_seed_moves_sizes_and_nothing_else():
    one, two = (
        build(seed, statements=CLUSTERS, sites=NAMED, observations=NAMED_SEEN) for seed in (1, 2)
    )
    assert one.ids == two.ids
    assert not np.array_equal(one.sites.gross, two.sites.gross)
    again = build(1, statements=CLUSTERS, sites=NAMED, observations=NAMED_SEEN)
    assert np.array_equal(one.sites.gross, again.sites.gross)


@given(st.integers(1, 60), st.floats(0.01, 0.99), st.integers(0, 50))
def test_sizes_add_up_exactly_and_keep_their_bounds(number, where, seed):
    wanted = number * (10.0 + 65.0 * where)
    sizes = sizes_adding_up(wanted, number, (10.0, 75.0), seed, "x")
    assert sizes.sum() == pytest.approx(wanted, abs=1e-9)
    assert (sizes >= 10.0 - 0.3).all()
    assert (sizes <= 75.0 + 0.3).all()
    assert sizes_adding_up(900.0, 3, (10.0, 75.0), seed, "x").tolist() == [300.0] * 3
    assert sizes_adding_up(0.0, 0, (10.0, 75.0), seed, "x").size == 0


def test_parameters_are_read_by_their_default():
    share = SimpleNamespace(default=0.5)
    keys = ("land.industrial_share_park", "land.industrial_share_cluster")
    registry = build_sites(
        ledger(sites=(site("a"),), observations=(seen("a", "operating", gross_ha=100.0),)),
        dict.fromkeys(keys, share),  # type: ignore[arg-type]
        1,
    )
    assert registry.sites.industrial.tolist() == [50.0]
    assert decimal_year(dt.date(2024, 1, 1)) == 2024.0


def projected(shipped, day, *, let=True):
    """Land of the baseline as of a day, with or without what sites let: axis and variables."""
    scenarios, _ = shipped.scenarios()
    ledger, _ = ledger_at(shipped.book, "bac_giang", dt.date.fromisoformat(day))
    if not let:
        kept = tuple(o for o in ledger.observations if o.occupancy_pct is None)
        ledger = replace(ledger, observations=kept)
    found = project(
        ledger, Series((), (), None, {"estimate": 0.01}), [scenarios["baseline"]],
        shipped.parameters, Settings(draws=64), reference=scenarios["baseline"],
    )  # fmt: skip
    return found.axis, found.scenarios["baseline"].variables


def test_of_what_no_figure_tells_nothing_is_projected(shipped):
    """In February 2019 no park was named; without occupancies nothing says what is let."""

    def names(day, **given):
        return {v.indicator for v in projected(shipped, day, **given)[1]}

    assert not any(name.startswith("kcn_area") for name in names("2019-02-28"))
    areas = names("2021-06-30", let=False)
    assert {"kcn_area", "kcn_count", "ccn_leased"} <= areas
    assert not {"kcn_leased", "kcn_operating_land", "kcn_occupancy"} & areas
    every = names("2024-07-31")
    assert {"kcn_area", "kcn_leased", "kcn_occupancy", "kcn_operating_land", "ccn_leased"} <= every


def test_land_goes_on_where_its_figures_end(shipped):
    """Read in 2027 the figures of June 2024 are not those of 2027: the same years as read today."""
    leased = Variable("ccn_leased", "", "area_ha", "ha")
    today, late = (projected(shipped, day) for day in ("2024-07-31", "2027-03-31"))
    assert today[0] == late[0]
    assert today[0].first_quarter == 2024 * 4 + 2
    paths = [variables[leased].quarterly for _, variables in (today, late)]
    assert paths[1].std(axis=0)[10] > 1.0
    np.testing.assert_allclose(paths[1].mean(axis=0), paths[0].mean(axis=0), rtol=0.05)


def test_a_plan_in_another_unit_is_refused_and_not_filled_with_sites():
    """30 million m² entered as ha would be 400.000 clusters."""
    square_metres = (
        target("ccn_count", "stage:planned", 63.0), target("ccn_area", "stage:planned", 3006e4),
    )  # fmt: skip
    with pytest.raises(InputError) as refused:
        build(targets=square_metres, **SITES)
    (fault,) = refused.value.faults
    assert fault.code == "E-PLAN-001"
    assert "T:ccn_area:stage:planned" in fault.value


def test_a_total_of_nought_is_a_total():
    nothing = (
        total("ccn_count", "stage:established", 0), total("ccn_area", "stage:established", 0.0),
        total("ccn_industrial_land", "stage:established", 0.0),
    )  # fmt: skip
    registry = build(statements=nothing, sites=NAMED, observations=NAMED_SEEN)
    assert registry.sites.gross[of_kind(registry, CLUSTER)].sum() == 0.0


def test_what_is_let_is_industrial_land():
    """400 ha let of 426 are more than the usual share of a park; the print stands."""
    registry = build(
        sites=(site("quang_chau"),),
        observations=(seen("quang_chau", "operating", gross_ha=426.0, leased_ha=400.0),),
    )  # fmt: skip
    assert registry.sites.leased.tolist() == [400.0]


def test_a_plan_for_a_site_is_no_stock():
    wanted = seen("a", "operating", gross_ha=90.0, occupancy_pct=100.0)
    registry = build(sites=(site("a"),), observations=(replace(wanted, status="plan"),))
    assert registry.sites.leased.tolist() == [0.0]
    assert registry.sites.gross.tolist() == [90.0]
