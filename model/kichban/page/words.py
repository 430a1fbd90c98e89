"""The sentences of the page in one language."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kichban.catalogue import load_catalogue
from kichban.report.labels import Labels
from kichban.report.printing import NBSP, Printer
from kichban.report.wording import REMARKS, chance, likelihood
from kichban.target import GapRow
from kichban.texts import ELLIPSIS, Lang, format_significant, lower_first

#: bn VND are said in thousands on charts and in titles
THOUSAND = 1000.0


@dataclass(frozen=True, slots=True)
class Words:
    """Words about one run; `label` is the scenario's name."""

    lang: Lang
    label: str
    changed: bool

    @property
    def printer(self) -> Printer:
        """How numbers are printed."""
        return Printer(self.lang)

    @property
    def scenario(self) -> str:
        """Name of the scenario, marked where levers were moved."""
        key = "page.scenario_changed" if self.changed else "page.scenario_named"
        return self.printer.texts(key, name=self.label)

    @staticmethod
    def order(gap: GapRow) -> tuple[int, int, int, str]:
        """Order targets by what can be answered, then as official tables do."""
        known = load_catalogue().indicators.get(gap.target.indicator)
        answered = 0 if math.isfinite(gap.p50) else 1
        return answered, known.order if known else 999, gap.target.period.year, gap.target.id

    def title(self, basis: str, aims: Sequence[GapRow], fan: Sequence[Mapping[str, Any]]) -> str:
        """Say the result: how far the latest target on this basis is missed or passed."""
        texts = self.printer.texts
        words = {"scenario": self.scenario, "basis": texts(f"page.basis.{basis}")}
        if not aims:
            last = fan[-1]
            return texts(
                "page.title.level", **words, year=str(last["year"]), amount=self._money(last["p50"])
            )
        aim = max(aims, key=lambda g: g.target.period.year)
        words |= {
            "year": str(aim.target.period.year),
            "target": self._money(aim.target.value),
            "amount": self._money(abs(aim.gap)),
        }
        if aim.remark == "by_construction":
            text = texts("page.title.by_construction", **words)
            return text[:1].upper() + text[1:]
        return texts("page.title.short" if aim.gap > 0 else "page.title.over", **words)

    def outlook_of(self, aims: Sequence[GapRow]) -> str:
        """Say how likely the latest target is."""
        if not aims:
            return ""
        aim = max(aims, key=lambda g: g.target.period.year)
        if math.isnan(aim.probability):
            return self._outlook(aim)
        share = chance(aim.probability, self.printer)
        return self.printer.texts("page.outlook", words=self._outlook(aim), share=share)

    def _money(self, value: float) -> str:
        number = format_significant(value / THOUSAND, 3, self.lang)
        return f"{number}{NBSP}{self.printer.texts('page.thousand_bn')}"

    def target(self, gap: GapRow) -> dict[str, str]:
        """Give the printed cells of a target."""
        printer, t = self.printer, gap.target
        known = math.isfinite(gap.p50)
        share = not math.isnan(gap.probability)
        value = t.value
        decimals = 0 if value.is_integer() else 1 if round(value, 1) == value else 2
        text = printer.amount(value, t.unit, decimals)
        if t.upper is not None and t.upper > value:
            text = f"{printer.number(value, decimals)}–{printer.amount(t.upper, t.unit, decimals)}"
        return {
            "name": self._name(gap),
            "period": printer.period(t.period.text),
            "value": ("≤ " if t.resolved_sense == "<=" else "") + text,
            "forecast": printer.about(gap.p50, t.unit) if known else ELLIPSIS,
            "probability": chance(gap.probability, printer) if share else ELLIPSIS,
            "outlook": self._outlook(gap),
            "document": t.document[self.lang],
        }

    def _name(self, gap: GapRow) -> str:
        """Name indicator, part, measure and price basis; the totals need no part."""
        labels, texts, t = Labels(self.lang), self.printer.texts, gap.target
        parts = [labels.indicator(t.indicator)]
        parts += [
            lower_first(labels.member(part))
            for part in t.breakdown.split("+")
            if part not in ("", "stage:planned", "stage:established")
            and not part.startswith("bound:")
        ]
        if texts.has(key := f"report.measure.{t.measure}"):
            parts.append(texts(key))
        name = ", ".join(parts)
        if t.measure == "level" and labels.has_price_basis(t.indicator):
            name += " " + texts(f"report.basis.{t.price_basis or 'unstated'}")
        return name

    def _outlook(self, gap: GapRow) -> str:
        texts = self.printer.texts
        if not math.isnan(gap.probability) and gap.remark != "reached":
            return texts(f"report.likelihood.{likelihood(gap.probability)}")
        remark = gap.remark if gap.remark in REMARKS else "no_projection"
        return texts(f"report.remark.{remark}")
