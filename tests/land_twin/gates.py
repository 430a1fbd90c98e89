"""L2: rules that a planned park or cluster must meet on the day it is to be approved.

Occupancy in a gate is leased land over the industrial land of the established sites *of the same
kind that are in operation*: sites still being cleared have nothing to let and do not count. The
decrees say so for parks; for clusters the same reading is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from kichban.land.gates import GateRules, Rule
from kichban.land.values import PARK, LandSites
from kichban.numbers import BoolArray, FloatArray, IntArray
from tests.land_twin.sums import over_sites, over_sites_where


class GateLimits(NamedTuple):
    """Thresholds, each (draw,): shares as fractions, areas in ha; `switch` 0 = no gates."""

    switch: FloatArray
    park_occupancy: FloatArray
    park_phase_max: FloatArray
    cluster_occupancy: FloatArray
    cluster_unleased_max: FloatArray
    expansion_occupancy: FloatArray

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, FloatArray]) -> GateLimits:
        """Take ``land.gates`` and ``land.gate_*``."""
        return cls(
            parameters["land.gates"], *(parameters[f"land.gate_{name}"] for name in cls._fields[1:])
        )


#: ha by which a size may miss its bound through rounding
SLACK = 1e-6


class Standing(NamedTuple):
    """State of all sites of one kind at the quarter's start, each (draw, site), ha.

    `industrial` is 0 where a site is not established yet.
    """

    leased: FloatArray
    industrial: FloatArray
    operating: FloatArray


def average_gate(
    kind: int, standing: Standing, limits: GateLimits, districts: int = 1
) -> BoolArray:
    """Whether average occupancy lets a new site in.

    Parks: leased over the industrial land of all established parks, at least the threshold, so
    that every new park itself lowers the average. Clusters: over those in operation, above the
    threshold, or little unleased land in the average of `districts` (their rule is by district).
    Where nothing is established there is nothing to measure and the gate is open.

    Returns
    -------
    open : (draw,) bool

    Examples
    --------
    >>> limits = GateLimits(*(np.array([v]) for v in (1.0, 0.6, 500.0, 0.5, 100.0, 0.6)))
    >>> one = Standing(np.array([[60.0, 0.0]]), np.array([[100.0, 90.0]]), np.array([[9.0, 0.0]]))
    >>> average_gate(PARK, one, limits).tolist(), average_gate(1, one, limits).tolist()
    ([False], [True])
    """
    if kind == PARK:
        land, leased = over_sites(standing.industrial), over_sites(standing.leased)
        return np.asarray(leased >= limits.park_occupancy * land)
    in_operation = standing.operating > 0.0
    land = over_sites_where(standing.industrial, in_operation)
    leased = over_sites_where(standing.leased, in_operation)
    return np.asarray(
        (leased > limits.cluster_occupancy * land)
        | (land - leased <= limits.cluster_unleased_max * districts)
        | (land == 0.0)
    )


def admit_in_turn(
    ready: BoolArray,
    ready_at: FloatArray,
    industrial: FloatArray,
    standing: Standing,
    limits: GateLimits,
) -> BoolArray:
    """Let parks in one after the other, each against the average that includes those before it.

    Otherwise a gate that opens for one would let in all that wait.

    Parameters
    ----------
    ready : (draw, planned) bool
        Sites that the average before the quarter lets in.
    ready_at : (draw, planned) float64
        When each was ready: the order of their turn.
    industrial : (draw, planned) float64, ha

    Returns
    -------
    admitted : (draw, planned) bool

    Examples
    --------
    >>> limits = GateLimits(*(np.array([v]) for v in (1.0, 0.6, 500.0, 0.5, 100.0, 0.6)))
    >>> full = Standing(*(np.array([[v]]) for v in (66.0, 100.0, 66.0)))
    >>> two = np.array([[True, True]])
    >>> admit_in_turn(two, np.array([[2.0, 1.0]]), np.array([[50.0, 50.0]]), full, limits)
    array([[False,  True]])
    """
    headroom = over_sites(standing.leased) / np.maximum(limits.park_occupancy, 1e-9)
    headroom = headroom - over_sites(standing.industrial)
    order = np.argsort(np.where(ready, ready_at, np.inf), axis=1, kind="stable")
    added = np.take_along_axis(np.where(ready, industrial, 0.0), order, axis=1)
    before = np.cumsum(added, axis=1) - added
    fits = np.empty_like(ready)
    np.put_along_axis(fits, order, before <= headroom[:, np.newaxis], axis=1)
    return np.asarray(ready & (fits | (limits.switch < 0.5)[:, np.newaxis]))


def size_gate(
    sites: LandSites, planned: IntArray, quarter: int, rules: GateRules, limits: GateLimits
) -> BoolArray:
    """Whether the size of a planned site is allowed; expansions of clusters are not measured.

    Returns
    -------
    open : (draw, planned) bool
    """
    gross, kind = sites.gross[planned], sites.kind[planned]
    park = kind == PARK
    allowed = np.ones((len(limits.switch), len(planned)), dtype=bool)
    if rules.park_phase.applies(quarter):
        allowed &= ~park | (gross <= limits.park_phase_max[:, np.newaxis])
    if rules.cluster_size.applies(quarter):
        smallest = np.where(
            sites.mountain[planned], rules.cluster_smallest_mountain, rules.cluster_smallest
        )
        fits = (gross >= smallest - SLACK) & (gross <= rules.cluster_largest + SLACK)
        allowed &= park | fits | ~sites.counts[planned]
    return allowed


def gates_open(
    sites: LandSites,
    planned: IntArray,
    quarter: int,
    rules: GateRules,
    limits: GateLimits,
    standing: Standing,
) -> BoolArray:
    """Whether each planned site may be approved in this quarter.

    An expansion with a known parent is held against its parent's occupancy, all others against
    the average of their kind, in the province or in their district.

    Parameters
    ----------
    sites : LandSites
        All sites of one kind.
    planned : (planned,) int64
        Indices of those that may become ready.
    quarter
        Quarter index.
    standing
        Stocks at the quarter's start.

    Returns
    -------
    open : (draw, planned) bool
    """
    kind = int(sites.kind[0])
    rule = rules.park_occupancy if kind == PARK else rules.cluster_occupancy
    may = size_gate(sites, planned, quarter, rules, limits)
    parent = sites.parent[planned]
    if rule.applies(quarter):
        for members, columns in _areas(sites, planned, rule):
            whole = members.size == len(sites)
            part = standing if whole else Standing(*(s[:, members] for s in standing))
            count = rules.districts if whole else 1
            may[:, columns] &= average_gate(kind, part, limits, count)[:, np.newaxis] | (
                parent[columns] >= 0
            )
    if rules.expansion.applies(quarter) and (parent >= 0).any():
        needed = limits.expansion_occupancy[:, np.newaxis] * standing.industrial[:, parent]
        may &= (parent < 0) | (standing.leased[:, parent] >= needed)
    return np.asarray(may | (limits.switch < 0.5)[:, np.newaxis])


def _areas(sites: LandSites, planned: IntArray, rule: Rule) -> list[tuple[IntArray, IntArray]]:
    if rule.scope == "province":
        return [(np.arange(len(sites)), np.arange(len(planned)))]
    districts = sites.district[planned]
    return [
        (np.flatnonzero(sites.district == d), np.flatnonzero(districts == d))
        for d in np.unique(districts)
    ]
