"""Gathers the blocks of a scenario: joint paths of what is asked for, quantiles of the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import numpy as np

from kichban.numbers import FloatArray, IntArray
from kichban.projection.ground import GroundBlock
from kichban.projection.sites import SiteRegistry
from kichban.projection.sketch import QuantileSketch
from kichban.projection.values import Paths, Settings, Variable
from kichban.scenario import BLOCK

#: a run of up to so many draws has exact quantiles; of more, buffers hold so few (rank ± 0,2 %)
EXACT, ROOM = 10 * BLOCK, 2 * BLOCK
#: bytes a buffer of all sites may take; with thousands of them it holds fewer draws
SITE_BYTES, LEAST_ROOM = 2**27, BLOCK // 4


class Mapper(Protocol):
    """Applies a function to many things, in their order: ``map`` or that of a pool."""

    def __call__(self, function: Callable[[Any], Any], things: Iterable[Any], /) -> Iterable[Any]:
        """Give the results in order."""
        ...


class Collector:
    """Takes the blocks as they come, in order, while the next ones are being computed.

    Memory grows with the draws only by the paths of `settings.asked`.
    """

    def __init__(self, settings: Settings, registry: SiteRegistry) -> None:
        self.settings, self.registry = settings, registry
        self._buffer = EXACT if settings.draws <= EXACT else ROOM
        self.variables: dict[Variable, Paths] = {}
        self._filled = 0
        self._sketches: dict[Variable, tuple[QuantileSketch, Paths]] = {}
        self._sites: dict[str, QuantileSketch] = {}
        self._approvals: list[IntArray] = []

    def add(self, block: Mapping[Variable, Paths], ground: GroundBlock | None, size: int) -> None:
        """Take one block of `size` draws."""
        for variable, paths in block.items():
            if self.settings.asked is None or variable in self.settings.asked:
                self._place(variable, paths, size)
            elif self.settings.tables:
                self._sketch(variable, paths)
        if ground is not None:
            self._add_ground(ground, size)
        self._filled += size

    def _add_ground(self, ground: GroundBlock, size: int) -> None:
        if self.settings.approvals:
            self._approvals.append(ground.approved_quarter)
        if not self.settings.tables:
            return
        for name, stock in (("leased", ground.site_leased), ("serviced", ground.site_serviced)):
            flat = stock.reshape(size, -1)
            if name not in self._sites:
                fits = SITE_BYTES // (8 * max(flat.shape[1], 1))
                self._sites[name] = QuantileSketch(
                    flat.shape[1], max(min(fits, self._buffer), LEAST_ROOM)
                )
            self._sites[name].add(flat)

    def _place(self, variable: Variable, paths: Paths, size: int) -> None:
        if variable not in self.variables:
            self.variables[variable] = Paths(self._room(paths.annual), self._room(paths.quarterly))
        whole = self.variables[variable]
        for part, room in ((paths.annual, whole.annual), (paths.quarterly, whole.quarterly)):
            if part is not None and room is not None:
                room[self._filled : self._filled + size] = part

    def _room(self, part: FloatArray | None) -> FloatArray | None:
        return None if part is None else np.empty((self.settings.draws, part.shape[1]))

    def _sketch(self, variable: Variable, paths: Paths) -> None:
        parts = [part for part in (paths.annual, paths.quarterly) if part is not None]
        flat = np.hstack(parts)
        if variable not in self._sketches:
            first = Paths(*(None if p is None else p[:0] for p in (paths.annual, paths.quarterly)))
            self._sketches[variable] = QuantileSketch(flat.shape[1], self._buffer), first
        self._sketches[variable][0].add(flat)

    def tables(self, mapper: Mapper = map) -> dict[Variable, Paths]:
        """Give the quantiles of what was not asked for, and of single sites at year ends."""
        found: dict[Variable, Paths] = {}
        for variable, (sketch, shape) in self._sketches.items():
            table = sketch.table()
            years = 0 if shape.annual is None else shape.annual.shape[1]
            annual = None if shape.annual is None else table[:, :years]
            found[variable] = Paths(annual, None if shape.quarterly is None else table[:, years:])
        for name, sketch in self._sites.items():
            table = np.hstack([np.empty((8, 0)), *mapper(QuantileSketch.table, sketch.split())])
            by_year = table.reshape(8, -1, max(len(self.registry.ids), 1))
            for i, (site, kind) in enumerate(
                zip(self.registry.ids, self.registry.kinds, strict=True)
            ):
                key = Variable(f"{kind}_{name}", f"site:{site}", "area_ha", "ha")
                found[key] = Paths(by_year[:, :, i])
        return found

    @property
    def approvals(self) -> IntArray | None:
        """When each site's gate opened, (draw, site); ``None`` where nobody asked."""
        return np.concatenate(self._approvals) if self._approvals else None
