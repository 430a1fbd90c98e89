"""A run: the edition of a request, the draws behind its tables, charts, and files for others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd

from kichban.errors import UsageError
from kichban.exchange import Parcel, Sampled, iamc_files, netcdf_bytes, parquet_bytes
from kichban.exchange.endings import check_ending
from kichban.exchange.iamc import Chosen
from kichban.exchange.values import variables_of
from kichban.files import csv_bytes
from kichban.numbers import FloatArray
from kichban.periods import quarter_period
from kichban.projection import RATES, Axis, Paths, Run, Variable, choose_variable
from kichban.report.plots import Plots
from kichban.scenario.read.layers import nearest
from kichban.study.edition import Edition, read_table
from kichban.study.parcel import pack
from kichban.study.places import refuse_own
from kichban.study.request import Request
from kichban.texts import Lang

if TYPE_CHECKING:
    from kichban.study.study import Study
    from kichban.study.workbench import Workbench

Frequency = Literal["annual", "quarterly"]
FREQUENCIES: tuple[Frequency, ...] = ("annual", "quarterly")


@dataclass(frozen=True)
class ScenarioRun(Edition):
    """What :meth:`Study.run` gives: tables as an edition has them, and the draws behind them.

    Tables come from the cache where this very run was made before; the draws are computed when
    first asked for, from the same request, and are those that the tables were made of.
    """

    study: Study
    request: Request

    @cached_property
    def variables(self) -> pd.DataFrame:
        """What is projected, a row each: key, unit, and whether there are quarters and draws.

        Single sites have quantiles but no draws.

        Examples
        --------
        >>> found = run.variables
        >>> found[found.indicator == "kcn_occupancy"].breakdown.tolist()[:2]
        ['denominator:cleared', 'denominator:established']
        """
        frame = self.projections
        key = ["indicator", "breakdown", "measure", "unit", "price_basis"]
        found = frame[key].drop_duplicates().reset_index(drop=True)
        quarterly = set(variables_of(frame[frame["period"].str.contains("-Q")]))
        rows = list(variables_of(frame))
        found["quarterly"] = [v in quarterly for v in rows]
        found["draws"] = ["site:" not in v.breakdown for v in rows]
        return found

    def samples(
        self,
        indicator: str,
        scenario: str | None = None,
        *,
        breakdown: str | None = None,
        measure: str | None = None,
        price_basis: str | None = None,
        frequency: Frequency = "annual",
    ) -> pd.DataFrame:
        """Give the draws of one variable: a row a draw, a column a period.

        What is not named is the headline scenario (or the first one run), the total, the level,
        and current prices. Draw i is the same luck in every scenario and variable, so draws may
        be subtracted and added. Units are those of :attr:`projections`, per cent for rates;
        ``frame.attrs`` says which.

        Parameters
        ----------
        indicator
            Code of the catalogue, such as ``industrial_output``.
        breakdown
            Such as ``ownership:fdi``; has to be named where there is no total, as of occupancy.
        frequency
            ``annual`` or ``quarterly``.

        Returns
        -------
        frame : (draw, period) float64
            Columns are periods as in the tables, ``2025`` or ``2025-Q1``.

        Raises
        ------
        UsageError
            ``E-VAR-901`` … ``E-VAR-908``: what was asked for is not there; the fault lists what is.

        Examples
        --------
        >>> draws = run.samples("industrial_output")
        >>> draws.shape
        (128, 7)
        >>> draws.columns.tolist()[:2], draws.attrs["unit"]
        (['2024', '2025'], 'bn_vnd')
        >>> low = run.samples("industrial_output", "low")
        >>> bool(((draws - low)["2030"] > 0).mean() > 0.9)
        True
        >>> run.samples("kcn_leased", frequency="quarterly").columns[-1]
        '2030-Q4'
        """
        name = self._scenario(scenario)
        _require_frequency(frequency)
        variable = self._choose(indicator, name, breakdown, measure, price_basis)
        sampled = self._sampled([variable], [name])[0]
        values = sampled.annual if frequency == "annual" else sampled.quarterly
        if values is None:
            raise UsageError("E-VAR-905", indicator, frequency=frequency)
        frame = _frame(values, self._axis, frequency)
        about = {n: getattr(variable, n) for n in Variable.__dataclass_fields__}
        frame.attrs.update({"scenario": name, **about})
        return frame

    def compare(self, base: str | None = None, *, attribute: bool = False) -> pd.DataFrame:
        """Hold every scenario against a base, draw by draw: the table of ``compare.csv``.

        Parameters
        ----------
        base
            The headline scenario, or the first one run, unless another is named.
        attribute
            Instead give what makes the differences, group by group of assumptions, adding up
            exactly: the table of ``attribution.csv``.

        Raises
        ------
        UsageError
            ``E-CMP-901`` when the base was not run, ``E-CMP-902`` when nothing else was,
            ``E-ATTR-901`` and ``E-ATTR-902`` where two differ in too much or in nothing.

        Examples
        --------
        >>> found = run.compare(base="baseline")
        >>> row = found[(found.indicator == "industrial_output") & (found.scenario == "low")]
        >>> row.period.tolist(), bool((row.difference_p50 < 0).all())
        (['2025', '2030'], True)

        Leased land of parks in 2030, in parts that add up from one scenario to the other:

        >>> parts = run.compare(base="baseline", attribute=True)
        >>> own = parts[(parts.indicator == "kcn_leased") & (parts.period == "2030")]
        >>> own = own[own.statistic == "median"].set_index("part").value
        >>> bool(abs(own.drop("end").sum() - own["end"]) < 0.01)
        True
        """
        from kichban.compare import COLUMNS, HEADLINES, compare_scenarios, comparison_rows

        against = base or self._scenario(None)
        if attribute:
            return self._attributed(against)
        projector = self._bench.asking(HEADLINES)
        runs = {name: Run(scenario) for name, scenario in self.scenarios.items()}
        found = compare_scenarios(projector.run(runs, self.study.progress), against)
        return read_table(csv_bytes(COLUMNS, comparison_rows(found, self.region)))

    def _attributed(self, base: str) -> pd.DataFrame:
        from kichban.compare import ATTRIBUTION_COLUMNS, attribution_rows
        from kichban.study.gaps.attribution import attribute_scenarios

        known = tuple(self.scenarios)
        if base not in known:
            raise UsageError("E-CMP-901", base, allowed=", ".join(known))
        others = [name for name in known if name != base]
        if not others:
            raise UsageError("E-CMP-902", base)
        found = [attribute_scenarios(self._bench, base, name) for name in others]
        rows = [row for one in found for row in attribution_rows(one, self.region)]
        return read_table(csv_bytes(ATTRIBUTION_COLUMNS, rows))

    @property
    def plot(self) -> Plots:
        """Charts in the study's first language; ``run.plot_in("en")`` for another."""
        return self.plot_in(self.study.config.languages[0])

    def plot_in(self, lang: Lang) -> Plots:
        """Give charts with words of a language."""
        return Plots(self, lang)

    # --- files for others ------------------------------------------------------------------

    def to_iamc(
        self,
        path: str | Path,
        *,
        quarterly: bool = False,
        sites: bool = False,
        targets: bool = False,
        long: bool = False,
    ) -> tuple[Path, ...]:
        """Write the wide IAMC table that pyam loads, ``.xlsx`` or ``.csv``.

        Parameters
        ----------
        quarterly
            Quarters too, by a column ``Subannual``.
        sites
            Single parks and clusters too.
        targets
            Targets too, each as a scenario ``Target …``.
        long
            A row a value instead of a column a year: no cell is empty then.

        Returns
        -------
        written
            The table, and beside a CSV its ``….meta.csv`` and ``….provenance.json``.

        Raises
        ------
        UsageError
            ``E-EXP-902`` for another ending, ``E-EXP-905`` where openpyxl is not installed.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     written = run.to_iamc(f"{folder}/levels.csv")
        >>> [path.name for path in written]
        ['levels.csv', 'levels.meta.csv', 'levels.provenance.json']
        """
        chosen = Chosen(quarterly, sites, targets, long)
        name = check_ending("iamc", path)
        return self._write(path, iamc_files(self.parcel(), name, chosen))

    def to_parquet(self, path: str | Path, samples: Sequence[str] = ()) -> tuple[Path, ...]:
        """Write the table of projections and the draws of some indicators as Parquet.

        Parameters
        ----------
        samples
            Codes of indicators: all their breakdowns, measures, and scenarios.

        Raises
        ------
        UsageError
            ``E-EXP-902`` for another ending than ``.parquet``, ``E-EXP-905`` where pyarrow is not
            installed, ``E-VAR-901``, ``E-VAR-902`` for an indicator that is not projected.
        """
        name = check_ending("parquet", path)
        return self._write(path, {name: parquet_bytes(self.parcel(samples))})

    def to_netcdf(self, path: str | Path, samples: Sequence[str] = ()) -> tuple[Path, ...]:
        """Write projections by (scenario, statistic, period), and draws, as netCDF.

        Takes and raises what :meth:`to_parquet` does; the ending is ``.nc``.
        """
        name = check_ending("netcdf", path)
        return self._write(path, {name: netcdf_bytes(self.parcel(samples))})

    def parcel(self, samples: Iterable[str] = ()) -> Parcel:
        """Gather what an exchange file holds."""
        wanted = [v for code in dict.fromkeys(samples) for v in self._all_of(code)]
        return pack(self, self._sampled(wanted, list(self.scenarios)) if wanted else ())

    def _write(self, path: str | Path, files: dict[str, bytes]) -> tuple[Path, ...]:
        refuse_own(Path(path))
        folder = Path(path).parent
        self.study.write(files, folder)
        return tuple(folder / name for name in files)

    # --- the draws -------------------------------------------------------------------------

    @cached_property
    def _bench(self) -> Workbench:
        return self.study.workbench(self.request)

    @property
    def _axis(self) -> Axis:
        return self._bench.projector.inputs.axis

    @cached_property
    def _drawn(self) -> dict[tuple[str, Variable], Paths]:
        return {}

    def _sampled(self, variables: Sequence[Variable], scenarios: Sequence[str]) -> list[Sampled]:
        """Give the draws of variables, those asked for before from memory."""
        drawn = self._drawn
        missing = [n for n in scenarios if any((n, v) not in drawn for v in variables)]
        if missing:
            projector = self._bench.asking(variables)
            found = projector.run({n: Run(self.scenarios[n]) for n in missing}, self.study.progress)
            for name, paths in found.scenarios.items():
                drawn.update({(name, v): paths.variables.get(v, Paths()) for v in variables})
        taken = [Sampled(n, v, *_scaled(drawn[n, v], v)) for v in variables for n in scenarios]
        return [s for s in taken if s.annual is not None or s.quarterly is not None]

    def _scenario(self, name: str | None) -> str:
        known = list(self.scenarios)
        if name is None:
            return self.headline if self.headline in known else known[0]
        if name not in known:
            raise UsageError("E-VAR-907", name, allowed=", ".join(known))
        return name

    def _choose(
        self,
        indicator: str,
        scenario: str,
        breakdown: str | None,
        measure: str | None,
        price_basis: str | None,
    ) -> Variable:
        if breakdown is not None and "site:" in breakdown:
            raise UsageError("E-VAR-908", breakdown)
        frame = self.projections[self.projections["scenario"] == scenario]
        there = [v for v in variables_of(frame) if "site:" not in v.breakdown]
        return choose_variable(there, indicator, breakdown, measure, price_basis)

    def _all_of(self, indicator: str) -> list[Variable]:
        there = [v for v in variables_of(self.projections) if "site:" not in v.breakdown]
        found = [v for v in there if v.indicator == indicator]
        if not found:
            choose_variable(there, indicator)  # refuses with the nearest
        return found


def _scaled(paths: Paths, variable: Variable) -> tuple[FloatArray | None, FloatArray | None]:
    """Give yearly and quarterly draws in the unit of files: per cent for rates."""
    scale = 100.0 if variable.measure in RATES else 1.0
    annual, quarterly = paths.annual, paths.quarterly
    return (
        None if annual is None else scale * annual,
        None if quarterly is None else scale * quarterly,
    )


def _frame(values: FloatArray, axis: Axis, frequency: Frequency) -> pd.DataFrame:
    """Name draws and periods; a period some draw has no number of is left out, as in tables."""
    if frequency == "annual":
        names = [str(y) for y in axis.years]
    else:
        names = [quarter_period(axis.first_quarter + q).text for q in range(axis.quarters)]
    frame = pd.DataFrame(values, columns=names[-values.shape[1] :])
    frame.index.name, frame.columns.name = "draw", "period"
    return frame.dropna(axis="columns")


def _require_frequency(frequency: str) -> None:
    if frequency not in FREQUENCIES:
        raise UsageError("E-VAR-906", frequency, **nearest(frequency, FREQUENCIES))
