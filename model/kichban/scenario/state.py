"""A scenario in the making: what each layer changes, in turn."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from kichban.catalogue import Parameters
from kichban.catalogue.parameters import Value
from kichban.errors import Fault
from kichban.numbers import IntArray, canonical_number
from kichban.scenario.checks.steps import FIRST_YEAR, check_change
from kichban.scenario.checks.values import within_bounds
from kichban.scenario.draws import correlation_matrix, tied_keys
from kichban.scenario.extras import ExtraValue, superseded_entry
from kichban.scenario.paths import path_values
from kichban.scenario.priors import catalogue_prior, ends_of_quantiles, moved_prior
from kichban.scenario.read.layers import Layer, Notes
from kichban.scenario.values import Correlation, Origin, Part, PathStep, Prior

CATALOGUE = "catalogue"


@dataclass(slots=True)
class State:
    """A scenario in the making: each layer changes it in turn."""

    parameters: Parameters
    faults: list[Fault]
    values: dict[str, Value] = field(default_factory=dict)
    paths: dict[str, tuple[PathStep, ...]] = field(default_factory=dict)
    priors: dict[str, Prior] = field(default_factory=dict)
    correlations: dict[frozenset[str], Correlation] = field(default_factory=dict)
    extras: dict[str, ExtraValue] = field(default_factory=dict)
    origins: dict[str, list[Origin]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, parameter in self.parameters.items():
            self._reset(key)
            origin = Origin(CATALOGUE, "parameters.toml", None, "default", parameter.default)
            self.origins[key] = [origin]

    def _reset(self, key: str) -> None:
        self.values[key] = self.parameters[key].default
        self.paths.pop(key, None)
        prior = catalogue_prior(self.parameters[key])
        if prior is None:
            self.priors.pop(key, None)
        else:
            self.priors[key] = prior

    def apply(self, layer: Layer) -> None:
        """Let a layer change what the earlier ones left."""
        uncertain = frozenset(self.priors)
        for key in layer.unset:
            self._unset(key, layer)
        for key, extra in layer.extras.items():
            if superseded := superseded_entry(key, extra):
                self.extras.pop(superseded, None)
            self.extras[key] = extra
            self._remember(key, layer, "site" if key.startswith("site.") else "share", extra)
        for key, value in layer.values.items():
            self._set(key, value, layer)
        for key, prior in layer.priors.items():
            self._doubt(key, prior, layer)
        for key, step in layer.paths.items():
            self._step(key, step, layer)
        self._lapse(uncertain - set(self.priors), layer)
        for pair in layer.correlations:
            self.correlations[frozenset(pair.of)] = pair

    def _lapse(self, certain: frozenset[str], layer: Layer) -> None:
        """Drop inherited correlations of parameters that the layer has made certain."""
        for tied in [t for t in self.correlations if t & certain]:
            key = next(k for k in self.correlations.pop(tied).of if k in certain)
            part = self.origins[key][-1].part
            place = ("unset", "keys") if part == "unset" else (part, key)
            self.fault("W-SCN-066", layer, place, key, pair=" × ".join(sorted(tied)))

    def _unset(self, key: str, layer: Layer) -> None:
        if key not in self.values:
            self._unset_extra(key, layer)
            return
        if len(self.origins[key]) == 1:
            self.fault("W-SCN-040", layer, ("unset", "keys"), key)
        self._reset(key)
        self._remember(key, layer, "unset", self.values[key])

    def _unset_extra(self, key: str, layer: Layer) -> None:
        if self.extras.pop(key, None) is None:
            self.fault("W-SCN-040", layer, ("unset", "keys"), key)
        else:
            self._remember(key, layer, "unset", None)

    def _set(self, key: str, value: Value, layer: Layer) -> None:
        # what comes later wins, so an inherited path does not bend a value set here
        self.paths.pop(key, None)
        if self.parameters[key].kind == "path" and isinstance(value, float):
            flat = PathStep("replace", "step", ((FIRST_YEAR, value),), "hold", "hold")
            self.paths[key] = (flat,)
        else:
            self.values[key] = value
            prior = self.priors.get(key)
            if prior is not None and isinstance(value, float):
                if prior.dist == "lognormal" and value <= 0:
                    self.fault("E-SCN-031", layer, ("set", key), f"{value:g}")
                    return
                self._move(key, prior, value, layer)
        self._remember(key, layer, "set", value)

    def _move(self, key: str, prior: Prior, value: float, layer: Layer) -> None:
        """Let a prior follow its value; named futures cannot follow, so the value is certain."""
        if prior.futures:
            del self.priors[key]
            self.fault("W-SCN-042", layer, ("set", key), canonical_number(value))
        else:
            self.priors[key] = moved_prior(prior, value)

    def _doubt(self, key: str, prior: Prior | None, layer: Layer) -> None:
        value = self.values[key]
        if prior is None:
            self.priors.pop(key, None)
        else:
            prior = self._centred(key, prior, layer)
            self.priors[key] = prior
            if isinstance(value, float):
                self.values[key] = prior.mode
        self._remember(key, layer, "uncertainty", prior)

    def _centred(self, key: str, prior: Prior, layer: Layer) -> Prior:
        """Put a mode left out where the value stands, else in the middle of the range."""
        value = self.values[key]
        here = isinstance(value, float) and key in layer.values
        if math.isnan(prior.mode):
            inside = isinstance(value, float) and prior.low <= value <= prior.high
            mode = value if inside and isinstance(value, float) else (prior.low + prior.high) / 2
            prior = replace(prior, mode=mode)
        if prior.by_quantiles:
            prior = ends_of_quantiles(prior)
        if here and isinstance(value, float) and not math.isclose(prior.mode, value):
            middle = canonical_number(prior.mode)
            place, shown = ("uncertainty", key), canonical_number(value)
            self.fault("E-SCN-034", layer, place, shown, middle=middle)
        return prior

    def _step(self, key: str, step: PathStep, layer: Layer) -> None:
        earlier = self.paths.get(key, ())
        follows = any(s.op == "reach" for s in earlier)
        if step.op in ("add", "scale") and follows:
            self.fault("E-SCN-028", layer, ("path", key), step.op)
            return
        alone = step.op == "reach" or follows
        self.paths[key] = (step,) if alone else (*earlier, step)
        self._remember(key, layer, "path", step)
        self._check_path(key, layer)

    def _check_path(self, key: str, layer: Layer) -> None:
        """Check the joined path at its anchors, as far as the catalogue tells its base."""
        value, steps = self.values[key], self.paths[key]
        years = np.array(sorted({year for s in steps for year, _ in s.anchors}), dtype=np.int64)
        if not len(years):
            return
        self._check_change(key, years, layer)
        flat = np.full((1, len(years)), value if isinstance(value, float) else np.nan)
        notes = Notes(layer.file, layer.lines, self.faults)
        for number in sorted({float(v) for v in path_values(steps, years, flat)[0]}):
            if math.isfinite(number):
                within_bounds(self.parameters[key], number, ("path", key), notes)

    def _check_change(self, key: str, years: IntArray, layer: Layer) -> None:
        """Check what several layers add or scale together, where only the data tell the base."""
        steps = self.paths[key]
        since = max((i for i, s in enumerate(steps) if s.op == "replace"), default=-1) + 1
        notes = Notes(layer.file, layer.lines, self.faults)
        for op, neutral in (("add", 0.0), ("scale", 1.0)):
            same = [s for s in steps[since:] if s.op == op]
            # one alone is checked as it is read
            if len(same) > 1 and steps[-1].op == op:
                joined = path_values(same, years, np.full((1, len(years)), neutral))[0]
                for number in sorted({float(v) for v in joined}):
                    check_change(self.parameters[key], op, number, ("path", key), notes)

    def _remember(
        self, key: str, layer: Layer, part: Part, value: Value | PathStep | Prior | ExtraValue
    ) -> None:
        # the key of a site's entry begins with the name of its section
        place = (key,) if part in ("site", "share") else (part, key)
        where = layer.line("unset", "keys") if part == "unset" else layer.line(*place)
        origin = Origin(layer.name, layer.file, where, part, value)
        self.origins.setdefault(key, []).append(origin)

    def fault(
        self, code: str, layer: Layer, path: tuple[str, ...], value: str, **detail: str
    ) -> None:
        """Note a fault of a layer."""
        Notes(layer.file, layer.lines, self.faults).fault(code, path, value, **detail)


def kept_correlations(state: State, layer: Layer) -> tuple[Correlation, ...]:
    """Keep correlations of uncertain parameters; they must be possible together."""
    kept = []
    for pair in state.correlations.values():
        certain = [key for key in pair.of if key not in state.priors]
        if certain:
            state.fault("E-SCN-035", layer, _place(pair, layer), certain[0])
        else:
            kept.append(pair)
    keys = tied_keys(kept)
    if keys and float(np.linalg.eigvalsh(correlation_matrix(keys, kept))[0]) < 1e-8:
        # the layer's own last pair came to the others
        last = max(kept, key=lambda p: p.at if _is_own(p, layer) else -1)
        state.fault("E-SCN-036", layer, _place(last, layer), ", ".join(keys))
        return ()
    return tuple(kept)


def _place(pair: Correlation, layer: Layer) -> tuple[str, ...]:
    """Give the place of a correlation in the layer, of an inherited one that of them all."""
    own = _is_own(pair, layer)
    return ("uncertainty", "correlation", *([f"{pair.at}"] if own else []))


def _is_own(pair: Correlation, layer: Layer) -> bool:
    return any(pair is one for one in layer.correlations)
