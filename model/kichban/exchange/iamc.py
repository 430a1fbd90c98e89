"""The wide table of the Integrated Assessment Modeling Consortium, as pyam reads it.

Model, Scenario, Region, Variable, Unit, then a column a year; with quarters a column ``Subannual``
before the years, empty in rows of whole years. The long form has a row a value, by ``Year``. Beside
it stand a table of scenarios (`meta`), one of variables, and where everything comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from kichban.catalogue import load_catalogue
from kichban.exchange.names import STATISTICS, iamc_name, iamc_unit, long_name
from kichban.exchange.values import VARIABLE, Goal, Parcel, variables_of
from kichban.exchange.workbook import workbook_bytes
from kichban.files import csv_bytes, json_bytes
from kichban.numbers import canonical_number
from kichban.projection import Variable
from kichban.texts import LANGUAGES

if TYPE_CHECKING:
    import pandas as pd

INDEX = ("Model", "Scenario", "Region", "Variable", "Unit")
#: a number of a file is read back as it was: projections have seven digits, targets as printed
DIGITS = 15
Cell = str | float | None


class Table(NamedTuple):
    """A table of cells; ``None`` is an empty one."""

    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]

    def csv(self) -> bytes:
        """Write canonical CSV."""
        return csv_bytes(self.columns, [[_printed(cell) for cell in row] for row in self.rows])


def _printed(cell: Cell) -> str:
    if isinstance(cell, float):
        return canonical_number(cell, DIGITS)
    return "" if cell is None else cell


class Chosen(NamedTuple):
    """What of a parcel is written besides whole years: quarters, single sites, targets.

    `long` writes a row a value instead of a column a year: no cell is empty then.
    """

    quarterly: bool = False
    sites: bool = False
    goals: bool = False
    long: bool = False


def iamc_files(parcel: Parcel, name: str, chosen: Chosen = Chosen()) -> dict[str, bytes]:  # noqa: B008
    """Give the files of an IAMC export by name: a workbook, or a CSV with two files beside it.

    Parameters
    ----------
    name
        Name of the table's file; what it ends with, ``.xlsx`` or ``.csv``, says which.
    """
    data, meta = data_table(parcel, chosen), meta_table(parcel, chosen)
    variables = variable_table(parcel, chosen)
    if name.endswith(".xlsx"):
        sheets = {
            "data": data, "meta": meta, "variables": variables,
            "provenance": provenance_table(parcel.provenance),
        }  # fmt: skip
        return {name: workbook_bytes(sheets)}
    stem = name.removesuffix(".csv")
    about = {**parcel.provenance, "variables": _documents(variables)}
    return {
        name: data.csv(),
        f"{stem}.meta.csv": meta.csv(),
        f"{stem}.provenance.json": json_bytes(about),
    }


def _documents(table: Table) -> list[dict[str, Cell]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def data_table(parcel: Parcel, chosen: Chosen) -> Table:
    """Give the table of values, scenarios as run, variables in official order, then targets."""
    years = list(parcel.years)
    columns = (*INDEX, *(("Subannual",) if chosen.quarterly else ()), *years)
    rows: list[tuple[Cell, ...]] = []
    wide = _wide(_kept(parcel.projections, chosen), years)
    order = {name: i for i, name in enumerate(parcel.scenarios)}
    places = {variable: official_place(variable) for variable in {key[1] for key in wide}}
    statistics = list(STATISTICS)
    for key in sorted(
        wide, key=lambda k: (order[k[0]], places[k[1]], statistics.index(k[2]), k[3])
    ):
        scenario, variable, statistic, quarter = key
        name = f"{iamc_name(variable)}|{STATISTICS[statistic]}"
        when = ((quarter or None),) if chosen.quarterly else ()
        head = (parcel.model, scenario, parcel.region, name, iamc_unit(variable))
        rows.append((*head, *when, *wide[key]))
    for goal in parcel.goals if chosen.goals else ():
        rows.append(_goal_row(parcel, goal, years, chosen))
    table = Table(columns, rows)
    return _long(table, len(years)) if chosen.long else table


def _long(wide: Table, years: int) -> Table:
    """Give a row a value; what a variable has no number of has no row."""
    names = wide.columns[-years:]
    rows: list[tuple[Cell, ...]] = [
        (*row[:-years], year, value)
        for row in wide.rows
        for year, value in zip(names, row[-years:], strict=True)
        if value is not None
    ]
    return Table((*wide.columns[:-years], "Year", "Value"), rows)


def _goal_row(parcel: Parcel, goal: Goal, years: Sequence[str], chosen: Chosen) -> tuple[Cell, ...]:
    name, unit = iamc_name(goal.variable), iamc_unit(goal.variable)
    values = [goal.value if goal.period == year else None for year in years]
    when = (None,) if chosen.quarterly else ()
    return (parcel.model, target_scenario(goal), parcel.region, name, unit, *when, *values)


def target_scenario(goal: Goal) -> str:
    """Name the scenario that a target makes of its own."""
    return f"Target {goal.id}"


def _kept(frame: pd.DataFrame, chosen: Chosen) -> pd.DataFrame:
    """Leave out what was not chosen."""
    if not chosen.sites:
        frame = frame[~frame["breakdown"].str.contains("site:", regex=False)]
    if not chosen.quarterly:
        frame = frame[frame["period"].str.len() == 4]
    return frame


#: scenario, variable, statistic, quarter (empty: the whole year)
Key = tuple[str, Variable, str, str]


def _wide(frame: pd.DataFrame, years: Sequence[str]) -> Mapping[Key, list[Cell]]:
    """Gather values by year."""
    columns = {year: i for i, year in enumerate(years)}
    found: dict[Key, list[Cell]] = {}
    names = ["scenario", *VARIABLE, "statistic", "period", "value"]
    for scenario, *key, statistic, period, value in zip(
        *(frame[n].tolist() for n in names), strict=True
    ):
        year, _, quarter = period.partition("-")
        line = found.setdefault(
            (scenario, Variable(*key), statistic, quarter), [None] * len(columns)
        )
        line[columns[year]] = float(value)
    return found


def official_place(variable: Variable) -> tuple[int, tuple[str, ...]]:
    """Give what variables are sorted by: place of the indicator, then the rest of the key."""
    order = load_catalogue().indicators[variable.indicator].order
    return order, (variable.breakdown, variable.measure, variable.price_basis)


def meta_table(parcel: Parcel, chosen: Chosen) -> Table:
    """Give the table of scenarios that pyam loads as `meta`."""
    said = parcel.provenance
    keys = ("as_of", "version", "seed", "draws", "horizon", "region")
    about = ("document_vi", "document_en", "sense", "target_status")
    columns = ("Model", "Scenario", "kind", "label_vi", "label_en", *keys, *about)
    run = tuple(said[key] if isinstance(said[key], str) else float(said[key]) for key in keys)
    rows: list[tuple[Cell, ...]] = [
        (parcel.model, name, "projection", label["vi"], label["en"], *run, *[None] * len(about))
        for name, label in parcel.scenarios.items()
    ]
    for goal in parcel.goals if chosen.goals else ():
        labels = (f"Chỉ tiêu {goal.id}", f"Target {goal.id}")
        details = (goal.about[key] for key in about)
        rows.append((parcel.model, target_scenario(goal), "target", *labels, *run, *details))
    return Table(columns, rows)


def variable_table(parcel: Parcel, chosen: Chosen) -> Table:
    """Say of every variable what it is in both languages and under which key the program has it."""
    columns = ("variable", "unit", *(f"label_{lang}" for lang in LANGUAGES), *VARIABLE)
    kept = sorted(variables_of(_kept(parcel.projections, chosen)), key=official_place)
    rows: list[tuple[Cell, ...]] = [
        (
            iamc_name(v), iamc_unit(v), *(long_name(v, lang) for lang in LANGUAGES),
            v.indicator, v.breakdown, v.measure, v.unit, v.price_basis,
        )
        for v in kept
    ]  # fmt: skip
    return Table(columns, rows)


def provenance_table(provenance: Mapping[str, Any]) -> Table:
    """Write nested provenance as lines of key and value."""
    return Table(("key", "value"), list(_lines("", provenance)))


def _lines(prefix: str, value: Any) -> Iterator[tuple[Cell, ...]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _lines(f"{prefix}.{key}" if prefix else str(key), inner)
    elif isinstance(value, (list, tuple)):
        for number, inner in enumerate(value, start=1):
            yield from _lines(f"{prefix}.{number}", inner)
    else:
        yield prefix, str(value)
