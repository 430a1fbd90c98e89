"""What a question of sensitivity is about: one figure of a run, draw by draw."""

from __future__ import annotations

from dataclasses import dataclass

from kichban.projection import Variable


@dataclass(frozen=True, slots=True, order=True)
class Outcome:
    """A variable in one period.

    `period` is a year, a quarter, or ``2024/2030`` for the total of a flow over years; `target` is
    the id of the target that is about it, empty where none was named. Values are in the units of
    files: per cent for rates.
    """

    variable: Variable
    period: str
    target: str = ""

    @property
    def is_total(self) -> bool:
        """Whether it is a sum over years.

        >>> output = Variable("industrial_output", "", "level", "bn_vnd", "current")
        >>> Outcome(output, "2024/2030").is_total, Outcome(output, "2030").is_total
        (True, False)
        """
        return "/" in self.period and self.variable.measure == "level"
