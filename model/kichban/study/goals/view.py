"""What would close a gap, as text for people: table, mix, date, and what holds it back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kichban.catalogue import Parameter, load_parameters
from kichban.ledger import Target
from kichban.report.labels import Labels
from kichban.study.goals.levers import Lever
from kichban.study.goals.limits import Limit
from kichban.study.goals.seek import Found, SeekResult
from kichban.target import LeverSearch
from kichban.texts import (
    ELLIPSIS,
    Lang,
    Texts,
    aligned,
    format_chance,
    format_number,
    format_percent,
    format_period,
    format_significant,
    texts_for,
)

COLUMNS = ("lever", "now", "needed", "change", "bounds", "inside", "error")
#: how many limits are named
NAMED = 3


def seek_overview(result: SeekResult, lang: Lang) -> str:
    """Print a search, aligned by spaces."""
    view = _View(result, lang)
    parts = [view.head(), view.table(), view.mix(), view.holds(), view.date(), view.snippet()]
    return "\n\n".join("\n".join(lines) for lines in map(list, parts) if lines)


def goal(target: Target, lang: Lang) -> str:
    """Print a target's figure with sense and unit."""
    value = target.value
    decimals = 0 if value.is_integer() else 1 if round(value, 1) == value else 2
    sign = "≤" if target.resolved_sense == "<=" else "≥"
    text = format_number(value, decimals, lang)
    if target.upper is not None:
        text = f"{text}–{format_number(target.upper, decimals, lang)}"
    return f"{sign} {_with_unit(text, target, lang)}"


def percent(share: float, lang: Lang) -> str:
    """Print a probability that was asked for, whole where it is."""
    scaled = 100.0 * share
    return format_percent(scaled, 0 if abs(scaled - round(scaled)) < 1e-9 else 1, lang)


def _with_unit(number: str, target: Target, lang: Lang) -> str:
    if target.unit.startswith("percent"):
        return number + "%"
    return f"{number} {Labels(lang).unit(target.unit)}"


@dataclass(frozen=True)
class _View:
    result: SeekResult
    lang: Lang

    @property
    def words(self) -> Texts:
        return texts_for(self.lang)

    def say(self, key: str, **values: str) -> str:
        return self.words(f"seek.{key}", **values)

    # --- head ---------------------------------------------------------------------------

    def head(self) -> Iterator[str]:
        r = self.result
        yield self.say(
            "title", id=r.target.id, name=self.name(), value=goal(r.target, self.lang),
            period=format_period(r.target.period, self.lang),
            document=r.target.document[self.lang],
        )  # fmt: skip
        if not r.target.in_force:
            yield self.say("superseded")
        yield self.say(
            "asked", scenario=r.scenario.label[self.lang], wanted=percent(r.probability, self.lang),
            draws=format_number(r.draws, 0, self.lang),
        )  # fmt: skip
        short = r.target.value - r.plain(r.now.quantile)
        beyond = "over" if r.met else "short"
        if r.target.resolved_sense == "<=":
            beyond = "below_ceiling" if r.met else "above_ceiling"
        yield self.say(
            "now", chance=self.chance(r.now.probability),
            error=format_number(100 * r.now.error, 1, self.lang),
            wanted=percent(r.probability, self.lang),
            reach=self.amount(r.plain(r.now.quantile)),
            gap=self.say(beyond, amount=self.amount(abs(short))),
        )  # fmt: skip
        if r.gap.remark == "reached":
            yield self.say("reached", year=r.gap.reached_in)
        if r.met:
            yield self.say("met")

    def name(self) -> str:
        labels, target = Labels(self.lang), self.result.target
        parts = [labels.indicator(target.indicator)]
        if target.breakdown and target.breakdown != "stage:planned":
            parts.append(labels.breakdown(target.breakdown))
        for key in (f"seek.measure.{target.measure}", f"seek.basis.{target.price_basis}"):
            if self.words.has(key):
                parts.append(self.words(key))
        return ", ".join(parts)

    def amount(self, value: float) -> str:
        digits = 4 if abs(value) >= 100 else 3
        return _with_unit(
            format_significant(value, digits, self.lang), self.result.target, self.lang
        )

    def chance(self, share: float) -> str:
        """Print a share of draws; the ends stay open, for no model knows them."""
        return format_chance(share, self.lang)

    # --- each lever alone ---------------------------------------------------------------

    def table(self) -> list[str]:
        rows = [[self.say(f"column.{c}") for c in COLUMNS]]
        for lever, search in zip(self.result.levers, self.result.searches, strict=True):
            found = [f for f in self.result.found if f.lever == lever]
            rows += [self._found(f) for f in found] or [self._none(lever, search)]
        mixed = [
            self.label(lever)
            for lever, search in zip(self.result.levers, self.result.searches, strict=True)
            if search.shape == "mixed"
        ]
        title = self.say("room" if self.result.met else "alone")
        note = [self.say("mixed", levers="; ".join(mixed))] if mixed else []
        return [title, *aligned(rows, left=(0, 4, 5)), *note]

    def _found(self, found: Found) -> list[str]:
        lever, span = found.lever, found.lever.span
        sign = "≥" if found.above else "≤"
        inside = "beyond" if found.beyond else "inside"
        if not found.beyond and found.value in (span.low, span.high):
            inside = "at_bound"
        return [
            self.label(lever), self.value(lever, span.now),
            f"{sign} {self.value(lever, found.value)}",
            self.value(lever, found.value - span.now, signed=True), self.bounds(lever),
            self.say(inside), self.error(found),
        ]  # fmt: skip

    def _none(self, lever: Lever, search: LeverSearch) -> list[str]:
        reach = self.amount(self.result.plain(search.best))
        if search.shape == "flat":
            said = self.say("no_effect")
        elif self.result.met:
            said = self.say("always")
        else:
            said = self.say("impossible", reach=reach, at=self.value(lever, search.best_at))
        now = self.value(lever, lever.span.now)
        return [self.label(lever), now, "–", "–", self.bounds(lever), said, ""]

    def label(self, lever: Lever) -> str:
        return f"{lever.parameter.label[self.lang]} ({self.unit(lever)})"

    def unit(self, lever: Lever) -> str:
        if lever.added:
            return self.say("added", year=f"{lever.first_year}")
        return lever.parameter.unit_label[self.lang]

    def bounds(self, lever: Lever) -> str:
        return f"{self.value(lever, lever.span.low)} – {self.value(lever, lever.span.high)}"

    def value(self, lever: Lever, value: float, *, signed: bool = False) -> str:
        return self._number(lever.parameter, value, signed=signed)

    def error(self, found: Found) -> str:
        """Print a Monte-Carlo error with a digit more than the value it belongs to."""
        if not math.isfinite(found.error):
            return ELLIPSIS
        lever = found.lever
        text = format_number(found.error * lever.scale, lever.decimals + 1, self.lang)
        return f"±{text}"

    def _number(self, parameter: Parameter, value: float, *, signed: bool = False) -> str:
        scale = 100.0 if parameter.percent else 1.0
        if not math.isfinite(value):
            return ELLIPSIS
        text = format_number(value * scale, parameter.decimals + 1, self.lang)
        return f"+{text}" if signed and value > 0 else text

    # --- together, and what holds it back -----------------------------------------------

    def mix(self) -> list[str]:
        mix = self.result.mix
        if mix is None:
            return []
        moved = [
            (lever, value, at_bound)
            for lever, value, at_bound in zip(
                self.result.levers, mix.values.tolist(), mix.at_bound, strict=True
            )
            if value != lever.span.now
        ]
        lines = [self.say("mix" if len(moved) > 1 else "only")]
        for lever, value, at_bound in moved:
            text = f"  {self.label(lever)}: {self.value(lever, lever.span.now)} → "
            end = f" ({self.say('at_bound')})" if at_bound else ""
            lines.append(text + self.value(lever, value) + end)
        reading = mix.reading
        return [
            *lines,
            self.say(
                "then", chance=self.chance(reading.probability),
                error=format_number(100 * reading.error, 1, self.lang),
                reach=self.amount(self.result.plain(reading.quantile)),
            ),
        ]  # fmt: skip

    def holds(self) -> Iterator[str]:
        r = self.result
        if r.met and not (r.idle and r.current_year):
            return
        if r.idle:
            yield self.say(
                "too_late" if r.current_year else "idle",
                year=f"{r.target.period.year}", reach=self.amount(r.plain(r.now.quantile)),
            )  # fmt: skip
        if r.ends is not None or not (r.met or r.mix or r.idle):
            # levers that stand at their better ends already have nowhere to go
            at_ends = r.now if r.ends is None else r.ends.reading
            reach = r.plain(at_ends.quantile)
            short = self.amount(abs(r.target.value - reach))
            yield self.say("cannot", reach=self.amount(reach), short=short)
            yield from self._far()
        if r.limits:
            yield self.say("binds", what=self.limit(r.limits[0]))
            if r.limits[1:]:
                others = "; ".join(self.limit(x) for x in r.limits[1:NAMED])
                yield self.say("others", what=others)

    def _far(self) -> Iterator[str]:
        r = self.result
        if r.found:
            yield self.say("far_found")
        here = np.array([lever.span.now for lever in r.levers])
        ends = here if r.ends is None else r.ends.values
        if r.far is None or (r.far.values == ends).all():
            return
        reach = self.amount(r.plain(r.far.reading.quantile))
        met = r.far.reading.probability >= r.probability - 1e-9
        values = "; ".join(
            f"{self.label(lever)}: {self.value(lever, value)}"
            for lever, value in zip(r.levers, r.far.values.tolist(), strict=True)
            if value != lever.span.now
        )
        yield self.say("far_met" if met else "far_short", reach=reach, values=values)

    def limit(self, limit: Limit) -> str:
        parameter = load_parameters()[limit.key]
        unit = parameter.unit_label[self.lang]
        if parameter.percent and parameter.unit == "fraction":
            unit = "%"
        if any(lever.key == limit.key and lever.added for lever in self.result.levers):
            unit = self.say("points")
        return self.say(
            f"limit.{limit.kind}", name=parameter.label[self.lang], unit=unit,
            now=self._number(parameter, limit.now), moved=self._number(parameter, limit.moved),
            gain=self.amount(limit.gain),
        )  # fmt: skip

    # --- date and file ------------------------------------------------------------------

    def date(self) -> list[str]:
        dates = self.result.dates
        if dates is None or self.result.gap.remark == "reached":
            return []
        if dates.quantile(0.1) == dates.beyond:
            year = dates.beyond.removeprefix("after_")
            return [self.say("date_none", share=self.chance(dates.after), year=year)]
        p10, p50, p90 = (self.period(dates.quantile(q)) for q in (0.1, 0.5, 0.9))
        return [
            self.say(
                "date", p10=p10, p50=p50, p90=p90, share=self.chance(dates.after),
                year=dates.beyond.removeprefix("after_"),
            )
        ]  # fmt: skip

    def period(self, name: str) -> str:
        year, _, quarter = name.partition("-Q")
        if name.startswith("after_"):
            return self.say("after", year=name.removeprefix("after_"))
        return self.say("quarter", year=year, quarter=quarter) if quarter else year

    def snippet(self) -> list[str]:
        settings = self.result.settings
        return [self.say("file"), *settings.rstrip("\n").split("\n")] if settings else []
