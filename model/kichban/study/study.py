"""Open a study, see its faults, run it as of a day."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kichban.catalogue import Catalogue, Parameters, load_catalogue, load_parameters
from kichban.errors import Fault, InputError, UsageError
from kichban.files import read_text, sha256, study_lock, write_whole
from kichban.ledger import Book, Ledger, ledger_at, read_book, snapshot
from kichban.scenario import Scenario, read_scenarios
from kichban.study.cache import Cache
from kichban.study.config import FILE, Config, read_config
from kichban.study.edition import Edition

if TYPE_CHECKING:
    from kichban.projection import Projection
    from kichban.reconcile import Series

log = logging.getLogger("kichban")
Progress = Callable[[str, int, int], None]


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
class Request:
    """What a run is asked for, resolved against the study."""

    as_of: dt.date
    scenarios: tuple[str, ...]
    horizon: int
    draws: int
    seed: int
    overrides: tuple[tuple[str, str], ...]
    gates_from: str


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
        _, scenario_faults = self._scenarios(overrides)
        faults.extend(scenario_faults)
        if config is not None:
            faults.extend(self._check_config(config))
            _, warnings = ledger_at(self.book, config.region, self.book.newest)
            faults.extend(warnings)
        return tuple(in_order(faults))

    def _check_config(self, config: Config) -> Iterator[Fault]:
        regions = {entry.region.code for entry in self.book.regions}
        if config.region not in regions:
            yield Fault("E-REF-001", FILE, None, "region", config.region,
                        {"nearest": "–", "allowed": ", ".join(sorted(regions))})  # fmt: skip
        scenarios, _ = self._scenarios(())
        if config.headline not in scenarios:
            yield Fault("E-CONF-002", FILE, None, "headline", config.headline,
                        {"allowed": ", ".join(scenarios)})  # fmt: skip

    def _scenarios(
        self, overrides: Sequence[tuple[str, str]]
    ) -> tuple[Mapping[str, Scenario], tuple[Fault, ...]]:
        texts = {name: text for name, text in self.texts.items() if name.startswith("scenarios/")}
        return read_scenarios(texts, self.parameters, overrides)

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

    # --- results -------------------------------------------------------------------------

    def ledger(self, as_of: dt.date | None = None) -> Ledger:
        """Give what was visible on `as_of` (default: the newest publication)."""
        return ledger_at(self.book, self.config.region, as_of or self.book.newest)[0]

    def series(self, as_of: dt.date | None = None) -> Series:
        """Turn the statements visible on `as_of` into series and contradictions."""
        from kichban.reconcile import reconcile

        with stage("series"):
            return reconcile(self.ledger(as_of), self.catalogue)

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
    ) -> Request:
        """Resolve flags against the study; no scenario means every official one.

        Raises
        ------
        UsageError
            For an unknown scenario, an as-of date before the first publication, or a horizon
            that is over.
        """
        config = self.config
        known, _ = self._scenarios(overrides)
        chosen = tuple(scenarios) or tuple(n for n, s in known.items() if s.status == "official")
        for name in (*chosen, *([gates_from] if gates_from else [])):
            if name not in known:
                raise UsageError("E-SCN-901", name, allowed=", ".join(known))
        day = as_of or self.book.newest
        days = [s.published for s in self.book.statements if s.published is not None]
        if days and day < min(days):
            raise UsageError("E-ASOF-001", day.isoformat(), first=min(days).isoformat())
        last = horizon or config.horizon
        if last < day.year:
            raise UsageError("E-HOR-001", str(last), year=str(day.year))
        # The headline scenario first, then in the order asked for.
        ordered = sorted(dict.fromkeys(chosen), key=lambda n: n != config.headline)
        return Request(
            day, tuple(ordered), last, draws or config.draws,
            config.seed if seed is None else seed, tuple(overrides), gates_from,
        )  # fmt: skip

    def run(self, request: Request | None = None) -> Edition:
        """Give the edition of a request, from the cache where this very one was made before.

        Raises
        ------
        InputError
            When the inputs are at fault.
        """
        request = request or self.request()
        self.require_sound(request.overrides)
        ledger = self.ledger(request.as_of)
        scenarios, _ = self._scenarios(request.overrides)
        chosen = {name: scenarios[name] for name in request.scenarios}
        inputs = snapshot(self.book, ledger)
        inputs[FILE] = self.texts[FILE].encode("utf-8")
        inputs |= {
            name: text.encode("utf-8")
            for name, text in self.texts.items()
            if name.startswith("scenarios/")
        }
        key = {
            "inputs": {name: sha256(data) for name, data in inputs.items()},
            "request": repr(request),
        }

        def make() -> Mapping[str, bytes]:
            from kichban.study.make import make_edition

            return make_edition(self, request, ledger, scenarios, inputs)

        with stage("run"):
            files = self.cache.fetch("run", key, make)
        return Edition(
            request.as_of, self.config.region, self.config.headline, files, ledger, chosen
        )

    def projection(self, request: Request | None = None) -> Projection:
        """Give the sample paths themselves, computed anew."""
        from kichban.study.make import make_projection

        request = request or self.request()
        self.require_sound(request.overrides)
        ledger = self.ledger(request.as_of)
        scenarios, _ = self._scenarios(request.overrides)
        return make_projection(self, request, ledger, scenarios)[1]

    def write(self, files: Mapping[str, bytes], out: Path) -> None:
        """Write result files into `out`, whole or not at all, one run at a time."""
        with study_lock(self.root), stage("write"):
            write_whole(out, files)

    def default_out(self, as_of: dt.date) -> Path:
        """Give ``reports/<as-of>/`` of the study."""
        return self.root / "reports" / as_of.isoformat()

    def showing(self, progress: Progress) -> Study:
        """Give the same study with a listener for progress."""
        return replace(self, progress=progress)


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
