"""Open a study, see its faults, run it as of a day."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from kichban.catalogue import Catalogue, Entry, Parameters, load_catalogue, load_parameters
from kichban.errors import Fault, InputError, UsageError
from kichban.files import folder_lock, read_text, sha256, study_lock, write_whole
from kichban.ledger import Book, Ledger, ledger_at, read_book, snapshot
from kichban.periods import parse_date
from kichban.scenario import (
    BATCHES,
    Known,
    Scenario,
    entry_of,
    nearest,
    reach_target,
    read_scenarios,
    site_settings,
)
from kichban.scenario.extras import site_of
from kichban.study.cache import Cache
from kichban.study.config import FILE, Config, read_config
from kichban.study.edition import Edition, read_table
from kichban.study.request import Ingredients, Progress, Request

if TYPE_CHECKING:
    import pandas as pd

    from kichban.projection import Projection
    from kichban.reconcile import Series
    from kichban.study.goals.seek import SeekResult
    from kichban.study.run import ScenarioRun
    from kichban.study.workbench import Workbench

log = logging.getLogger("kichban")
#: nothing new for so many days before the as-of day is worth a word
STALE_DAYS = 366
#: parameter that a scenario may tie to a target → the indicator that target is about
REACHABLE = MappingProxyType(
    {
        "growth.volume": "industrial_output",
        "land.established_park": "kcn_area",
        "land.established_cluster": "ccn_area",
    }
)


def open_study(path: str | Path = ".", cache: Cache | None = None) -> Study:
    """Open the study in `path` or the nearest folder above it.

    Raises
    ------
    UsageError
        ``E-STUDY-001`` when there is no ``study.toml`` there or above.
    """
    start = Path(path).resolve()
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return Study(folder, cache or Cache(None))
    raise UsageError("E-STUDY-001", str(path))


@dataclass(frozen=True)
class Study:
    """A folder with ``study.toml``, ``inputs/`` and ``scenarios/``."""

    root: Path
    cache: Cache
    workers: int = 2
    progress: Progress = lambda *_: None

    # --- what stands in the folder -------------------------------------------------------

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """Every input and scenario file as composed text, by path from the study."""
        found, faults = {}, []
        paths = [self.root / FILE, *self._files("inputs"), *self._files("scenarios")]
        for path in paths:
            name = path.relative_to(self.root).as_posix()
            try:
                found[name] = read_text(path)
            except UnicodeDecodeError as error:
                detail = {"byte": str(error.start)}
                faults.append(Fault("E-FILE-003", name, None, "", "", detail))
            except OSError as error:
                detail = {"reason": error.strerror or ""}
                faults.append(Fault("E-FILE-004", name, None, "", "", detail))
        if faults:
            raise InputError(faults)
        return found

    def _files(self, folder: str) -> list[Path]:
        kinds = (".csv", ".toml")
        return sorted(p for p in (self.root / folder).rglob("*") if p.suffix in kinds)

    @cached_property
    def catalogue(self) -> Catalogue:
        """Indicators and identities."""
        return load_catalogue()

    @cached_property
    def parameters(self) -> Parameters:
        """Parameters with bounds and sources."""
        return load_parameters()

    @cached_property
    def _config(self) -> tuple[Config | None, tuple[Fault, ...]]:
        faults: list[Fault] = []
        config = read_config(self.texts.get(FILE), faults)
        return config, tuple(faults)

    @property
    def config(self) -> Config:
        """The study's configuration.

        Raises
        ------
        InputError
            When ``study.toml`` is at fault.
        """
        config, faults = self._config
        if config is None:
            raise InputError(faults)
        return config

    @cached_property
    def book(self) -> Book:
        """The ledger over all vintages."""
        with stage("read"):
            return read_book(self.texts, self.catalogue)

    # --- faults --------------------------------------------------------------------------

    def check(self, overrides: Sequence[tuple[str, str]] = ()) -> tuple[Fault, ...]:
        """Give every fault and warning of the study at once."""
        config, found = self._config
        faults = [*found, *self.book.faults]
        _, scenario_faults = self.scenarios(overrides)
        faults.extend(scenario_faults)
        if config is not None:
            faults.extend(self._check_config(config))
            faults.extend(self._check_reach())
            faults.extend(self._check_sites())
            _, warnings = ledger_at(self.book, config.region, self.book.newest)
            faults.extend(warnings)
        return tuple(in_order(faults))

    def _check_config(self, config: Config) -> Iterator[Fault]:
        regions = {entry.region.code for entry in self.book.regions}
        if config.region not in regions:
            yield Fault("E-REF-001", FILE, None, "region", config.region,
                        {"nearest": "–", "allowed": ", ".join(sorted(regions))})  # fmt: skip
        scenarios, _ = self.scenarios()
        if config.headline not in scenarios:
            yield Fault("E-CONF-002", FILE, None, "headline", config.headline,
                        {"allowed": ", ".join(scenarios)})  # fmt: skip

    def _check_reach(self) -> Iterator[Fault]:
        """Hold what scenarios are to reach against the targets there are."""
        statements = {s.id: s for s in self.book.statements}
        targets = {t.id: statements.get(t.statement) for t in self.book.targets}
        for scenario in self.scenarios()[0].values():
            for key, steps in scenario.paths.items():
                wanted = reach_target(steps)
                if not wanted or scenario.origins[key][-1].file != scenario.file:
                    continue
                place = (scenario.file, scenario.origins[key][-1].line, key, wanted)
                if wanted not in targets:
                    yield Fault("W-REACH-001", *place, nearest(wanted, targets))
                elif (found := targets[wanted]) and found.indicator != REACHABLE.get(key):
                    detail = {"found": found.indicator, "expected": REACHABLE.get(key, "–")}
                    yield Fault("E-REACH-001", *place, detail)

    def _check_sites(self) -> Iterator[Fault]:
        """Say where an entry of a single site acts on nothing today."""
        said = [s for s in self.scenarios()[0].values() if site_settings(s.extras)]
        if said and self.book.newest is not None:
            from kichban.study.site_faults import site_faults

            yield from site_faults(said, self.ledger(), self.parameters, self.config)

    def scenarios(
        self, overrides: Sequence[tuple[str, str]] = ()
    ) -> tuple[Mapping[str, Scenario], tuple[Fault, ...]]:
        """Give the scenarios by name, resolved with `overrides`, and the faults of their files."""
        texts = {name: text for name, text in self.texts.items() if name.startswith("scenarios/")}
        return read_scenarios(texts, self.parameters, overrides, self.known)

    @cached_property
    def known(self) -> Known:
        """What scenarios are held against: the sites there are, and the years."""
        days = [s.published for s in self.book.statements if s.published is not None]
        config = self._config[0]
        return Known(
            frozenset(site.id for site in self.book.sites),
            min(days).year if days else None,
            config.horizon if config is not None else None,
            max(days).year if days else None,
            # of the whole book: what is published later may still be a reason
            frozenset(self.book.sources) or None,
        )

    def require_sound(self, overrides: Sequence[tuple[str, str]] = ()) -> tuple[Fault, ...]:
        """Give the warnings, or refuse with every fault.

        Raises
        ------
        InputError
            With all faults, when any of them is an error.
        """
        faults = self.check(overrides)
        if any(f.is_error for f in faults):
            raise InputError(faults)
        return faults

    def batch(self, name: str) -> tuple[str, ...]:
        """Give the names of the scenarios that a batch file makes.

        Raises
        ------
        UsageError
            ``E-SCN-905`` where there is no such file.
        """
        files = [n for n in self.texts if n.startswith(BATCHES)]
        known = [n.removeprefix(BATCHES).removesuffix(".toml") for n in files]
        if name not in known:
            raise UsageError("E-SCN-905", name, **nearest(name, known))
        return tuple(n for n in self.scenarios()[0] if n.startswith(f"{name}/"))

    def entry(self, key: str) -> Entry | None:
        """Give the entry of a site or of shares that a key is, ``None`` where it is neither.

        Raises
        ------
        UsageError
            ``E-SCN-050`` for a site that the study has not.
        """
        found, site = entry_of(key, self.parameters), site_of(key)
        sites = self.known.sites or ()
        if found is not None and site and site not in sites:
            raise UsageError("E-SCN-050", site, **nearest(site, sites))
        return found

    @property
    def years(self) -> tuple[int, ...]:
        """The years a scenario is about: from that of the newest publication to the horizon."""
        return tuple(range(self.book.newest.year, self.config.horizon + 1))

    # --- results -------------------------------------------------------------------------

    def day(self, as_of: dt.date | None = None, *, confidential: bool = False) -> dt.date:
        """Give the as-of day (default: the newest publication, of confidential rows too if asked).

        Raises
        ------
        UsageError
            ``E-ASOF-001`` for a day before the first publication.
        """
        newest = self.book.newest
        if confidential:
            newest = max([newest, *(c.published for c in self.book.capacity)])
        day = as_of or newest
        days = [s.published for s in self.book.statements if s.published is not None]
        if days and day < min(days):
            raise UsageError("E-ASOF-001", day.isoformat(), first=min(days).isoformat())
        return day

    def warn_of_age(self, day: dt.date) -> tuple[Fault, ...]:
        """Give a warning where nothing was published in the year before a day."""
        newest = max((d for d in self.book.days if d <= day), default=day)
        if (day - newest).days <= STALE_DAYS:
            return ()
        detail = {"newest": newest.isoformat(), "months": str((day - newest).days * 12 // 365)}
        return (Fault("W-ASOF-001", "", None, "", day.isoformat(), detail),)

    def ledger(self, as_of: dt.date | None = None, *, confidential: bool = False) -> Ledger:
        """Give what was visible on `as_of` (default: the newest publication).

        Confidential projects are left out unless `confidential` asks for them.
        """
        day = as_of or self.book.newest
        return ledger_at(self.book, self.config.region, day, confidential=confidential)[0]

    def reconciled(self, as_of: dt.date | None = None) -> Series:
        """Turn the statements visible on `as_of` into series and contradictions."""
        from kichban.reconcile import reconcile  # numpy is not needed by check

        with stage("series"):
            return reconcile(self.ledger(as_of), self.catalogue)

    def series(self, as_of: dt.date | str | None = None) -> pd.DataFrame:
        """Give the table of ``series.csv`` as of a day."""
        from kichban.study.make import series_files

        self.require_sound()
        series = self.reconciled(_day(as_of))
        return read_table(series_files(series, self.config.languages)["series.csv"])

    def request(
        self,
        scenarios: Sequence[str] = (),
        *,
        as_of: dt.date | None = None,
        horizon: int | None = None,
        draws: int | None = None,
        seed: int | None = None,
        overrides: Sequence[tuple[str, str]] = (),
        gates_from: str = "",
        confidential: bool = False,
    ) -> Request:
        """Resolve flags against the study; no scenario means every official one.

        Raises
        ------
        UsageError
            For an unknown scenario, an as-of date before the first publication, or a horizon
            that is over.
        """
        config = self.config
        known, _ = self.scenarios(overrides)
        chosen = tuple(scenarios) or tuple(n for n, s in known.items() if s.status == "official")
        for name in (*chosen, *([gates_from] if gates_from else [])):
            if name not in known:
                near = nearest(name, known)["nearest"]
                raise UsageError("E-SCN-901", name, nearest=near, allowed=", ".join(known))
        day = self.day(as_of, confidential=confidential)
        last = horizon or config.horizon
        if last < day.year:
            raise UsageError("E-HOR-001", str(last), year=str(day.year))
        # The headline scenario first, then in the order asked for.
        ordered = sorted(dict.fromkeys(chosen), key=lambda n: n != config.headline)
        return Request(
            day, tuple(ordered), last, draws or config.draws,
            config.seed if seed is None else seed, tuple(overrides), gates_from, confidential,
        )  # fmt: skip

    def run(
        self,
        scenarios: Sequence[str] = (),
        *,
        as_of: dt.date | str | None = None,
        horizon: int | None = None,
        draws: int | None = None,
        seed: int | None = None,
        overrides: Mapping[str, float] | None = None,
    ) -> ScenarioRun:
        """Run scenarios (default: every official one): tables, draws, charts, files for others.

        Parameters
        ----------
        scenarios
            Names of files in ``scenarios/``.
        as_of
            What was published by then; the newest publication unless a day is named.
        draws, seed, horizon
            Those of ``study.toml`` unless others are named.
        overrides
            Parameters set on top of every scenario; rates are fractions.

        Raises
        ------
        InputError
            When the inputs are at fault.
        UsageError
            When the call is: an unknown scenario, a day before the first figure.

        Examples
        --------
        >>> found = study.run(["baseline", "low"], draws=128, seed=1)
        >>> list(found.scenarios), found.as_of.isoformat()
        (['baseline', 'low'], '2024-07-31')
        >>> levels = found.projections
        >>> levels.columns.tolist()[:5]
        ['scenario', 'region', 'indicator', 'breakdown', 'period']
        >>> found.gap.columns.tolist()[:3]
        ['scenario', 'target', 'region']
        """
        changes = [(key, repr(value)) for key, value in (overrides or {}).items()]
        request = self.request(
            scenarios, as_of=_day(as_of), horizon=horizon, draws=draws, seed=seed,
            overrides=changes,
        )  # fmt: skip
        return self.outcome(request)

    def outcome(self, request: Request) -> ScenarioRun:
        """Give the edition of a request together with the draws behind it, computed when asked for.

        Raises
        ------
        InputError
            When the inputs are at fault.
        """
        from kichban.study.run import ScenarioRun  # needs numpy and scipy

        edition = self.edition(request)
        own = {f.name: getattr(edition, f.name) for f in fields(edition)}
        return ScenarioRun(**own, study=self, request=request)

    def seek(
        self,
        target: str,
        *,
        scenario: str = "",
        levers: Sequence[str] = (),
        probability: float = 0.5,
        as_of: dt.date | str | None = None,
        horizon: int | None = None,
        draws: int | None = None,
        seed: int | None = None,
    ) -> SeekResult:
        """Find what would close the gap of a scenario (default: the headline) to a target.

        Parameters
        ----------
        levers
            Parameters to move; default: every lever of the catalogue.
        probability
            With which the target is to be met.

        Raises
        ------
        InputError
            When the inputs are at fault, or a parameter cannot be moved.
        UsageError
            When the target cannot be sought, or the call is wrong.

        Examples
        --------
        >>> study = open_study(".")  # doctest: +SKIP
        >>> study.seek("T010", levers=["land.pipeline_spread_cluster"]).table  # doctest: +SKIP
        """
        from kichban.study.goals.seek import seek_target  # needs numpy and scipy

        chosen = [scenario or self.config.headline]
        request = self.request(chosen, as_of=_day(as_of), horizon=horizon, draws=draws, seed=seed)
        return seek_target(self, target, levers, probability, request)

    def edition(self, request: Request) -> Edition:
        """Give the edition of a request, from the cache where this very one was made before.

        Raises
        ------
        InputError
            When the inputs are at fault.
        """
        given = self._ingredients(request)
        key = {
            "inputs": {name: sha256(data) for name, data in given.inputs.items()},
            "request": repr(request),
        }

        def make() -> Mapping[str, bytes]:
            from kichban.study.make import make_edition  # needs numpy and scipy

            return make_edition(self._prepared(given))

        with stage("run"):
            # what confidential projects add is kept nowhere
            files = make() if request.confidential else self.cache.fetch("run", key, make)
        chosen = {name: given.scenarios[name] for name in request.scenarios}
        return Edition(
            request.as_of, self.config.region, self.config.headline, files, given.ledger, chosen
        )

    def workbench(self, request: Request) -> Workbench:
        """Prepare what all questions about the day of a request share; the last is kept."""
        return self._prepared(self._ingredients(request))

    @cached_property
    def _benches(self) -> dict[Request, Workbench]:
        return {}

    def _prepared(self, given: Ingredients) -> Workbench:
        from kichban.study.workbench import Workbench, read_day  # needs numpy and scipy

        found = self._benches.get(given.request)
        if found is None:
            request = given.request
            # of a day with confidential projects nothing is kept
            cache = Cache(None) if request.confidential else self.cache
            inputs = {n: sha256(d) for n, d in given.inputs.items() if n.startswith("inputs/")}
            key = [inputs, request.as_of.isoformat(), request.seed, self.config.region]
            with stage("series"):
                day = cache.remember("day", key, lambda: read_day(given))
            with stage("workbench"):
                found = Workbench.of(given, day)
            self._benches.clear()
            self._benches[given.request] = found
        return found

    def projection(self, request: Request) -> Projection:
        """Give the sample paths themselves, computed anew."""
        return self.workbench(request).projection()

    def _ingredients(self, request: Request) -> Ingredients:
        """Gather what a request is computed from; refuse when the inputs are at fault."""
        self.require_sound(request.overrides)
        ledger = self.ledger(request.as_of, confidential=request.confidential)
        scenarios, _ = self.scenarios(request.overrides)
        plain, _ = self.scenarios()
        gates = plain[request.gates_from] if request.gates_from else None
        inputs = snapshot(self.book, ledger)
        inputs |= {
            name: text.encode("utf-8")
            for name, text in self.texts.items()
            if name == FILE or name.startswith("scenarios/")
        }
        return Ingredients(
            request, self.config, self.catalogue, self.parameters, ledger, inputs, scenarios,
            plain[self.config.headline], gates, self.workers, self.progress,
        )  # fmt: skip

    def write(self, files: Mapping[str, bytes], out: Path) -> None:
        """Write result files into `out`, whole or not at all, one run at a time.

        Appendices of another edition that lie there go with its tables: a folder holds one edition.
        """
        with self._lock_for(out), stage("write"):
            write_whole(out, files, _of_another_edition(files, out))

    def _lock_for(self, out: Path) -> AbstractContextManager[None]:
        """Hold the study where results go into it, else the folder they go to.

        A study that may only be read can still be run.
        """
        inside = out.resolve().is_relative_to(self.root)
        return study_lock(self.root) if inside else folder_lock(out)

    def default_out(self, as_of: dt.date) -> Path:
        """Give ``reports/<as-of>/`` of the study."""
        return self.root / "reports" / as_of.isoformat()

    def showing(self, progress: Progress) -> Study:
        """Give the same study with a listener for progress."""
        return replace(self, progress=progress)


def _of_another_edition(files: Mapping[str, bytes], out: Path) -> list[str]:
    """Name the appendices in `out` whose manifest is about to be replaced by another."""
    manifest = out / "manifest.json"
    if "manifest.json" not in files or not manifest.is_file():
        return []
    if manifest.read_bytes() == files["manifest.json"]:
        return []
    return sorted(p.name for p in out.glob("appendix.*") if p.is_file() and p.name not in files)


def _day(day: dt.date | str | None) -> dt.date | None:
    if isinstance(day, str):
        try:
            return parse_date(day)
        except ValueError:
            raise UsageError("E-DATE-901", day) from None
    return day


def in_order(faults: Sequence[Fault]) -> list[Fault]:
    """Give faults in order of place, each once (a detail mapping cannot be hashed)."""
    seen, found = set(), []
    for fault in sorted(
        faults, key=lambda f: (not f.is_error, f.file, f.row or 0, f.column, f.code)
    ):
        key = (
            fault.code,
            fault.file,
            fault.row,
            fault.column,
            fault.value,
            *sorted(fault.detail.items()),
        )
        if key not in seen:
            seen.add(key)
            found.append(fault)
    return found


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Log a stage with its seconds and the peak memory so far."""
    start = time.perf_counter()
    yield
    log.info(name, extra={"stage": name, "seconds": round(time.perf_counter() - start, 4)})
