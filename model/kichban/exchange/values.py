"""What is exchanged: projections, draws of some variables, targets, and where they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from kichban.catalogue import Label
from kichban.numbers import FloatArray
from kichban.projection import Variable

if TYPE_CHECKING:
    import pandas as pd

#: columns of the projections that together name a variable
VARIABLE = ("indicator", "breakdown", "measure", "unit", "price_basis")


class Goal(NamedTuple):
    """A target on the variable it is compared with; per cent for rates."""

    id: str
    variable: Variable
    period: str
    value: float
    about: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sampled:
    """Draws of one variable in one scenario, per cent for rates.

    Attributes
    ----------
    annual, quarterly : (draw, year), (draw, quarter) float64, or None
        They end with the last year and the last quarter of the parcel.
    """

    scenario: str
    variable: Variable
    annual: FloatArray | None
    quarterly: FloatArray | None


@dataclass(frozen=True)
class Parcel:
    """All that goes into a file.

    Attributes
    ----------
    model
        Program and version.
    region
        Name of the province.
    projections
        The table of ``projections.csv``, per cent for rates.
    scenarios
        Labels by name, in the order of the run.
    provenance
        Day, seed, draws, sha256 of the inputs, sources; no clock, no path.
    """

    model: str
    region: str
    projections: pd.DataFrame
    scenarios: Mapping[str, Label]
    provenance: Mapping[str, Any]
    goals: Sequence[Goal] = ()
    samples: Sequence[Sampled] = ()

    @property
    def years(self) -> tuple[str, ...]:
        """Years projected, oldest first."""
        return self._periods(quarterly=False)

    @property
    def quarters(self) -> tuple[str, ...]:
        """Quarters projected, oldest first."""
        return self._periods(quarterly=True)

    def _periods(self, *, quarterly: bool) -> tuple[str, ...]:
        found = self.projections["period"].unique()
        return tuple(sorted(p for p in found if ("-Q" in p) == quarterly))


def variables_of(projections: pd.DataFrame) -> Iterator[Variable]:
    """Name the variables of a table of projections, each once, in its order."""
    for key in projections[list(VARIABLE)].drop_duplicates().itertuples(index=False):
        yield Variable(*key)
