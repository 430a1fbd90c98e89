"""What a fan chart shows, from the tables: history, fan, scenarios, the target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kichban.report.context import Context
from kichban.report.lookup import Observed, Quantiles, Row, number, text
from kichban.report.tables_series import output_history

#: Statistics a fan is made of.
_FAN = ("p10", "p25", "p50", "p75", "p90")


@dataclass(frozen=True, slots=True)
class FanData:
    """Values in thousand bn VND."""

    price_basis: str
    history: Mapping[int, float]
    fan: Mapping[int, Quantiles]
    others: Mapping[str, Mapping[int, float]]
    target: Row | None
    statements: tuple[str, ...]

    @property
    def years(self) -> tuple[int, int]:
        """First and last year shown."""
        return min([*self.history, *self.fan]), max(self.fan)

    @property
    def target_year(self) -> int:
        """Year the target is due, 0 without one."""
        return int(text(self.target, "period")) if self.target else 0

    @property
    def target_value(self) -> float:
        """The target in thousand bn VND."""
        return (number(self.target, "target_value") or 0.0) / 1000 if self.target else 0.0

    @property
    def top(self) -> float:
        """Highest value shown."""
        values = [*self.history.values(), self.target_value]
        values += [q["p90"] for q in self.fan.values()]
        values += [v for line in self.others.values() for v in line.values()]
        return max(values)


def fan_data(context: Context, price_basis: str) -> FanData | None:
    """Give the fan of industrial output on one price basis; ``None`` where it is not projected."""
    projected = context.tables.projected_years("industrial_output", price_basis=price_basis)
    fan = {
        year: {s: q[s] / 1000 for s in _FAN}
        for year, q in projected.items()
        if all(s in q for s in _FAN)
    }
    if len(fan) < 2:
        return None
    seen = {
        o.period.year: o
        for o in (
            output_history(context) if price_basis == "current" else _history(context, price_basis)
        )
        if o.period.kind == "year" and o.period.year < min(fan)
    }
    return FanData(
        price_basis=price_basis,
        history={year: o.value / 1000 for year, o in seen.items()},
        fan=fan,
        others=_others(context, price_basis, max(fan)),
        target=_target(context, price_basis, fan),
        statements=tuple(dict.fromkeys(i for o in seen.values() for i in o.statements)),
    )


def _history(context: Context, price_basis: str) -> list[Observed]:
    return [o for o in context.tables.observed("industrial_output") if o.price_basis == price_basis]


def _others(context: Context, price_basis: str, last: int) -> Mapping[str, Mapping[int, float]]:
    """Give the middle of the highest and the lowest other scenario."""
    lines = {}
    for name in context.tables.scenario_names[1:]:
        projected = context.tables.projected_years(
            "industrial_output", price_basis=price_basis, scenario=name
        )
        line = {y: q["p50"] / 1000 for y, q in projected.items() if "p50" in q}
        if last in line:
            lines[name] = line
    if {"high", "low"} <= set(lines):
        return {name: lines[name] for name in ("high", "low")}
    ranked = sorted(lines, key=lambda n: -lines[n][last])
    chosen = dict.fromkeys([*ranked[:1], *ranked[-1:]])
    return {name: lines[name] for name in chosen}


def _target(context: Context, price_basis: str, fan: Mapping[int, Quantiles]) -> Row | None:
    """Give the latest target in force that has a likelihood on this price basis."""
    rows = [
        row
        for row in context.tables.gaps
        if text(row, "indicator") == "industrial_output"
        and text(row, "breakdown") == ""
        and text(row, "measure") == "level"
        and text(row, "price_basis") == price_basis
        and text(row, "target_status") != "superseded"
        and number(row, "probability") is not None
        and text(row, "period").isdigit()
        and int(text(row, "period")) in fan
    ]
    return max(rows, key=lambda r: int(text(r, "period")), default=None)
