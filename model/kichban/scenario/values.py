"""The nouns of scenarios, frozen: steps of a path, priors, origins, the resolved scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from kichban.catalogue import Label
from kichban.catalogue.parameters import Value
from kichban.scenario.extras import ExtraValue

Op = Literal["replace", "add", "scale", "reach"]
Shape = Literal["step", "linear", "geometric", "front", "back", "logistic"]
Edge = Literal["parent", "hold"]
PriorDist = Literal["pert", "triangular", "uniform", "normal", "lognormal", "discrete"]
Part = Literal["default", "set", "path", "uncertainty", "unset", "site", "share"]

OPS: tuple[Op, ...] = ("replace", "add", "scale", "reach")
SHAPES: tuple[Shape, ...] = ("step", "linear", "geometric", "front", "back", "logistic")
EDGES: tuple[Edge, ...] = ("parent", "hold")
STATUSES = ("draft", "official", "archived")


@dataclass(frozen=True, slots=True)
class PathStep:
    """One change of a parameter over the years.

    `anchors` are (year, value) in order; between them `shape` leads from one to the next.
    `before` the first and `after` the last anchor the value is held, or the parent's stays.
    A `reach` step has only its `target`, the id of a target the projection must meet.
    """

    op: Op
    shape: Shape = "linear"
    anchors: tuple[tuple[int, float], ...] = ()
    before: Edge = "parent"
    after: Edge = "hold"
    target: str = ""


class Future(NamedTuple):
    """One of several things that may come: a value, how likely it is, its name in vi and en."""

    value: float
    probability: float
    vi: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Prior:
    """What a parameter may be.

    `low` and `high` are the ends of ``pert``, ``triangular`` and ``uniform``, and p10 and p90 of
    ``normal`` and ``lognormal``; `mode` is the most likely value of the first two, for the others
    their median. Draws are clipped to `bounds`, the parameter's error bounds. ``discrete`` has
    `futures`, ascending, between `low` and `high`; its `mode` is the likeliest of them.
    `by_quantiles`: the ends are still p10 and p90 as written, until the mode is known.
    """

    dist: PriorDist
    low: float
    mode: float
    high: float
    bounds: tuple[float, float]
    futures: tuple[Future, ...] = ()
    by_quantiles: bool = False


@dataclass(frozen=True, slots=True)
class Correlation:
    """Rank correlation of two uncertain parameters by a Gaussian copula."""

    of: tuple[str, str]
    rho: float
    #: which one of its file it is, the first being 0; two that say the same are the same
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one setting of a parameter comes from: the layer, its file and line."""

    layer: str
    file: str
    line: int | None
    part: Part
    value: Value | PathStep | Prior | ExtraValue


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario with every parameter resolved.

    `values` holds all parameters (``None``: the data or the model decide), `paths` the steps to
    apply in order on top of a value, `priors` what is sampled, `origins` every layer that touched
    a parameter, the deciding one last. `extras` is what it says of single sites
    (``site.<id>.slip``) and of the parts of output (``share.ownership``).
    """

    name: str
    file: str
    label: Label
    story: Label
    status: str
    extends: str
    sources: tuple[str, ...]
    values: Mapping[str, Value]
    paths: Mapping[str, tuple[PathStep, ...]]
    priors: Mapping[str, Prior]
    correlations: tuple[Correlation, ...]
    origins: Mapping[str, tuple[Origin, ...]]
    extras: Mapping[str, ExtraValue] = field(default_factory=dict)
