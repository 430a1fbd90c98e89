"""Names of indicators, members and parameters in one language, from the one catalogue of names."""

from __future__ import annotations

from dataclasses import dataclass

from kichban.catalogue import Label, Parameter, load_catalogue, load_parameters
from kichban.texts import Lang


@dataclass(frozen=True, slots=True)
class Labels:
    """Names in one language; what the catalogue does not know keeps its code."""

    lang: Lang

    def indicator(self, code: str) -> str:
        """Full name of an indicator.

        >>> Labels("vi").indicator("exports"), Labels("vi").indicator("unheard_of")
        ('Kim ngạch xuất khẩu', 'unheard_of')
        """
        known = load_catalogue().indicators.get(code)
        return known.label[self.lang] if known else code

    def short(self, code: str) -> str:
        """Short name of an indicator, for charts."""
        known = load_catalogue().indicators.get(code)
        return known.short[self.lang] if known else code

    def has_price_basis(self, code: str) -> bool:
        """Whether an indicator's amounts mean nothing without a price basis."""
        known = load_catalogue().indicators.get(code)
        return bool(known and known.price_bases)

    def decimals(self, code: str) -> int:
        """Give the printed decimals of an indicator."""
        known = load_catalogue().indicators.get(code)
        return known.decimals if known else 0

    def member(self, part: str) -> str:
        """Name of one ``dimension:member``.

        >>> Labels("en").member("sector:mining")
        'Mining and quarrying'
        """
        dimension, _, code = part.partition(":")
        known = load_catalogue().dimensions.get(dimension, {}).get(code)
        return known.label[self.lang] if known else code or part

    def breakdown(self, breakdown: str) -> str:
        """Names of all parts of a breakdown."""
        return ", ".join(self.member(part) for part in breakdown.split("+")) if breakdown else ""

    def status(self, status: str) -> str:
        """Name of a status."""
        return self._label(load_catalogue().statuses.get(status), status)

    def unit(self, unit: str) -> str:
        """Name of a unit."""
        return self._label(load_catalogue().units.get(unit), unit)

    def identity(self, code: str) -> str:
        """Name of an identity."""
        known = load_catalogue().identities.get(code)
        return known.label[self.lang] if known else code

    def parameter(self, key: str) -> str:
        """Name of a parameter with its unit; a share is printed as per cent and needs none.

        >>> Labels("en").parameter("land.slip_park")
        'Slippage of park schedules (ratio)'
        """
        known = load_parameters().get(key)
        if known is None:
            return key
        name = known.label[self.lang]
        return name if known.unit == "fraction" else f"{name} ({known.unit_label[self.lang]})"

    def _label(self, label: Label | None, code: str) -> str:
        return label[self.lang] if label else code


def declared(key: str) -> Parameter | None:
    """Give a parameter's declaration, ``None`` for one the catalogue doesn't know."""
    return load_parameters().get(key)
