"""Quick answers: the ledger and the series stay, one scenario is run on few draws."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kichban.errors import Fault, InputError
from kichban.ledger import Ledger
from kichban.page.answer import answer_document
from kichban.page.levers import Lever, check_levers, find_levers
from kichban.projection import Run
from kichban.scenario import Scenario
from kichban.study import Study
from kichban.study.workbench import Workbench
from kichban.texts import LANGUAGES, all_keys

#: enough for a picture; the report takes the study's own number
DRAWS = 512
FIELDS = frozenset({"scenario", "levers"})


@dataclass(frozen=True)
class Quick:
    """A study held open for questions; answers are plain documents."""

    study: Study
    draws: int = DRAWS
    _lock: threading.Lock = field(default_factory=threading.Lock, compare=False)
    _seen: dict[str, dict[str, Any]] = field(default_factory=dict, compare=False)

    @cached_property
    def bench(self) -> Workbench:
        """What all answers about the newest day share."""
        return self.study.workbench(self.study.request(draws=self.draws))

    @property
    def ledger(self) -> Ledger:
        """What is visible on the newest day."""
        return self.bench.ledger

    @cached_property
    def scenarios(self) -> Mapping[str, Scenario]:
        """Official scenarios, the headline first."""
        request = self.study.request()
        known, _ = self.study.scenarios()
        return {name: known[name] for name in request.scenarios}

    @cached_property
    def levers(self) -> Mapping[str, Lever]:
        """The sliders."""
        return find_levers(self.study.parameters, self.scenarios)

    def catalogue(self) -> dict[str, Any]:
        """Give what the page needs once: scenarios, levers, words."""
        prefix = "page."
        region = self.ledger.regions.get(self.study.config.region)
        return {
            "region": dict(region.name) if region else {},
            "as_of": self.ledger.as_of.isoformat(),
            "draws": self.draws,
            "languages": list(self.study.config.languages),
            "levers": [lever.document for lever in self.levers.values()],
            "scenarios": [
                {
                    "name": name,
                    "label": dict(s.label),
                    "story": dict(s.story),
                    "values": {k: s.values[k] for k in self.levers},
                    "varies": [k for k in self.levers if s.paths.get(k)],
                }
                for name, s in self.scenarios.items()
            ],
            "texts": {
                lang: {
                    key.removeprefix(prefix): words[lang]
                    for key, words in all_keys().items()
                    if key.startswith(prefix)
                }
                for lang in LANGUAGES
            },
        }

    def answer(self, wanted: object) -> dict[str, Any]:
        """Run one scenario with changed levers.

        Parameters
        ----------
        wanted
            ``{"scenario": name, "levers": {key: value}}`` as it came; nothing of it is trusted.

        Raises
        ------
        InputError
            With every fault of the request.
        """
        if not isinstance(wanted, dict) or set(wanted) - FIELDS or "scenario" not in wanted:
            raise InputError([Fault("E-PAGE-001")])
        name = wanted["scenario"]
        changed, faults = check_levers(wanted.get("levers", {}), self.levers)
        if not isinstance(name, str) or name not in self.scenarios:
            known = {"known": ", ".join(self.scenarios)}
            faults = (*faults, Fault("E-PAGE-005", value=str(name)[:80], detail=known))
        if faults:
            raise InputError(faults)
        with self._lock:
            return self._run(name, changed)

    def _run(self, name: str, changed: Mapping[str, float]) -> dict[str, Any]:
        if not changed and name in self._seen:
            return self._seen[name]
        scenario = self.bench.changed(self.bench.scenarios[name], changed)
        projection = self.bench.projector.run({name: Run(scenario)})
        document = answer_document(
            self.ledger, self.bench.series, projection, scenario, changed=dict(changed)
        )
        if not changed:
            self._seen[name] = document
        return document
