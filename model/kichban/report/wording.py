"""The sentences leaders read: likelihood in words and what the rest of the period must bring."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kichban.report.labels import Labels
from kichban.report.lookup import Row, Tables, number, text
from kichban.report.printing import NBSP, Printer
from kichban.texts import Texts, format_chance, lower_first

#: Lower ends of the four words of likelihood.
_WORDS = ((0.8, "likely"), (0.5, "possible"), (0.2, "hard"), (0.0, "unlikely"))
#: Remarks that stand in the place of a likelihood.
REMARKS = ("by_construction", "not_comparable", "no_projection", "identity_part", "reached")


def likelihood(probability: float) -> str:
    """Give the key of the word for a probability.

    >>> [likelihood(p) for p in (0.8, 0.79, 0.5, 0.2, 0.19)]
    ['likely', 'possible', 'possible', 'hard', 'unlikely']
    """
    return next(word for floor, word in _WORDS if probability >= floor)


def chance(probability: float, printer: Printer) -> str:
    """Print a probability as whole per cent; the ends stay open, for no forecast is certain.

    >>> chance(0.634, Printer("en")), chance(0.999, Printer("en")), chance(0.0, Printer("en"))
    ('63%', '>99%', '<1%')
    """
    return format_chance(probability, printer.lang)


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences about targets in one language."""

    tables: Tables
    printer: Printer
    labels: Labels

    @property
    def texts(self) -> Texts:
        """The catalogue of this language."""
        return self.printer.texts

    def basis(self, price_basis: str, *, needed: bool = True) -> str:
        """Name a price basis in brackets; one that is needed and unprinted is said to be so."""
        if not price_basis and not needed:
            return ""
        return self.texts(f"report.basis.{price_basis or 'unstated'}")

    def name(self, row: Row) -> str:
        """Name what a target is about, with its measure and price basis."""
        return self._join(row, self.labels.indicator(text(row, "indicator")), "measure")

    def _join(self, row: Row, name: str, measures: str) -> str:
        parts = [name]
        measure = text(row, "measure")
        breakdown = text(row, "breakdown")
        # A total of the plan and today's total are the same stock at two dates.
        if breakdown and breakdown not in ("stage:planned", "stage:established"):
            # A range is printed whole: its row needs no word for the lower end.
            kept = [p for p in breakdown.split("+") if not p.startswith("bound:")]
            parts += [lower_first(self.labels.member(part)) for part in kept]
        key = f"report.{measures}.{measure}"
        if self.texts.has(key):
            parts.append(self.texts(key))
        joined = ", ".join(parts)
        if text(row, "unit") in ("bn_vnd", "mn_usd") and measure == "level":
            needed = self.labels.has_price_basis(text(row, "indicator"))
            joined = f"{joined} {self.basis(text(row, 'price_basis'), needed=needed)}".strip()
        return joined

    def named(self, row: Row, *, full: bool = False) -> str:
        """Name a target with its unit, output in full where `full`; a count is its own unit."""
        whole = full and text(row, "indicator") == "industrial_output"
        name = self.name(row) if whole else self.row_name(row)
        if text(row, "measure") == "count":
            return name
        unit = self.printer.unit(text(row, "unit"))
        return self.texts("report.targets.named", name=name, unit=unit)

    def row_name(self, row: Row) -> str:
        """Name a target in a table row of one line: short names from the catalogue."""
        return self._join(row, self.labels.short(text(row, "indicator")), "measure_short")

    def list_name(self, row: Row) -> str:
        """Name a target in a list; the years of a plan stand in a column of their own."""
        name = self.row_name(row) if text(row, "breakdown") else self.name(row)
        before = self.texts("report.targets.plan_years", years="")
        return re.sub(rf",? *(?:{re.escape(before)})?\d{{4}}-\d{{4}}$", "", name)

    def _short_name(self, row: Row) -> str:
        """Name an amount inside a sentence: output in full, everything else in short."""
        indicator = text(row, "indicator")
        if indicator == "industrial_output" or text(row, "breakdown"):
            return lower_first(self.name(row))
        return lower_first(self.labels.short(indicator))

    def value(self, row: Row) -> str:
        """Print a target's figure with sense and unit, a range from low to high."""
        unit = self.printer.unit(text(row, "unit"))
        sign = "≤ " if text(row, "sense") in ("<=", "<") else ""
        joint = "" if unit.startswith("%") or not unit else NBSP
        return f"{sign}{self.figure(row)}{joint}{unit}"

    def figure(self, row: Row) -> str:
        """Print a target's figure alone, a range from low to high."""
        decimals = self.decimals(row)
        low, high = number(row, "target_value"), number(row, "target_upper")
        figure = self.printer.number(low, decimals)
        if low is not None and high is not None and high > low:
            return f"{figure}–{self.printer.number(high, decimals)}"
        return figure

    def decimals(self, row: Row) -> int:
        """Give the decimals a target is printed with: none where its figure has none."""
        value = number(row, "target_value")
        if value is None or float(value).is_integer():
            return 0
        return 1 if round(value, 1) == value else 2

    def outlook(self, row: Row) -> str:
        """Say in words whether a target will be met; a remark stands in place of a likelihood."""
        remark = text(row, "remark")
        probability = number(row, "probability")
        if remark in REMARKS and (probability is None or remark in ("by_construction", "reached")):
            return self.texts(f"report.remark.{remark}")
        if probability is None:
            return self.texts("report.remark.no_projection")
        return self.texts(f"report.likelihood.{likelihood(probability)}")

    def required(self, row: Row) -> str:
        """Say what the rest of the year, or every year to come, must bring; empty where unknown."""
        kind = text(row, "required_rate_kind")
        if kind == "rest_of_year_yoy":
            return self._rest_of_year(row)
        rate = number(row, "required_rate")
        if kind == "per_year" and rate is not None:
            return self.texts(
                "report.required.per_year",
                name=lower_first(self.name(row)),
                period=text(row, "period"),
                value=self.value(row),
                rate=self.printer.percent(rate),
                range=self._range(row),
            )
        return ""

    def _rest_of_year(self, row: Row) -> str:
        amount = number(row, "required_amount")
        rate = number(row, "required_rate")
        if amount is None or rate is None or amount <= 0:
            return ""
        decimals = 0 if text(row, "unit") != "mn_usd" or abs(amount) > 100 else 1
        months = self.months_left(row)
        values = {
            "name": self._short_name(row),
            "amount": self.printer.amount(amount, text(row, "unit"), decimals),
            "rate": self.change(rate),
            "range": self._range(row),
        }
        if months is None:
            return self.texts("report.required.rest_of_year", **values)
        pace = self.printer.amount(amount / months, text(row, "unit"), decimals)
        return self.texts("report.required.rest_months", months=f"{months}", pace=pace, **values)

    def months_left(self, row: Row) -> int | None:
        """Count the months the required amount is for: those after the print it is left from.

        The print is the one that the target exceeds by exactly the required amount.
        """
        amount, value = number(row, "required_amount"), number(row, "target_value")
        year = text(row, "period")
        if amount is None or value is None:
            return None
        done = [
            seen
            for seen in self.tables.observed(text(row, "indicator"), text(row, "breakdown"))
            if f"{seen.period.year}" == year
            and seen.period.is_year_to_date
            and seen.period.months < 12
            # Prints of one period differ in their last digits, not by a month's worth.
            and abs(value - seen.value - amount) <= 0.005 * value
        ]
        closest = min(done, key=lambda s: abs(value - s.value - amount), default=None)
        return 12 - closest.period.months if closest else None

    def change(self, rate: float) -> str:
        """Say a rate without a sign: "tăng 18,9%", "giảm 3,5%"."""
        return self.texts(
            "report.change.up" if rate >= 0 else "report.change.down",
            rate=self.printer.percent(abs(rate)),
        )

    def _range(self, row: Row) -> str:
        """Say how the rate moves with the base used, where the bases differ in print."""
        low, high = number(row, "required_rate_low"), number(row, "required_rate_high")
        if low is None or high is None or high - low < 0.05:
            return ""
        return self.texts(
            "report.required.range",
            low=self.printer.number(low, 1),
            high=self.printer.percent(high),
        )
