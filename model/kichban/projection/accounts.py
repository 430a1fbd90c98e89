"""GRDP: growth from the contributions of its parts, level through the deflator (G4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kichban.balance import balance
from kichban.growth import chain_weights, fading_rate, weighted_growth
from kichban.ledger import Ledger, newest_print
from kichban.nowcast import YearStart, draw_years, known_of, momentum
from kichban.numbers import FloatArray
from kichban.projection.values import Block, Paths, Variable
from kichban.reconcile import Series

#: parts of GRDP in the order of the weights, and what each is in print
PARTS = ("industrial_va", "construction_va", "services_va", "agriculture_va", "product_tax")
SHARES = ("industry", "construction", "services", "agriculture", "product_tax")
PARAMETERS = (
    "",
    "growth.construction",
    "growth.services",
    "growth.agriculture",
    "growth.product_tax",
)
#: half-life of the current growth of a part, in years [J]
HALF_LIFE = 2.0
#: first print of GRDP growth against the last one, per year and part [J]
PART_SD, PRINT_SD = 0.008, 0.004


@dataclass(frozen=True, slots=True)
class AccountInputs:
    """Weights of the parts in the current year, and what is known of parts and level.

    `weights` (part,); `parts` tell of each part at constant prices in the current year, ``None``
    where nothing is known of it, and `printed` (part,) of its growth so far as printed, fractions,
    NaN where it was not; `whole` is GRDP at constant prices, `level` at current ones.
    """

    weights: FloatArray
    parts: tuple[YearStart | None, ...]
    printed: FloatArray
    whole: YearStart | None
    level: YearStart | None


def account_inputs(ledger: Ledger, series: Series, year: int) -> AccountInputs | None:
    """Collect what is printed; ``None`` where nothing says what GRDP is made of."""
    weights = _weights(ledger, year)
    if weights is None:
        return None
    parts = tuple(known_of(series, part, "constant_2010", year) for part in PARTS)
    months = [part.months if part is not None else 0 for part in parts]
    printed = np.array(
        [_printed(ledger, part, year, m) for part, m in zip(PARTS, months, strict=True)]
    )
    joint = _printed(ledger, "industry_construction_va", year, months[1])
    if np.isnan(printed[1]) and months[0] == months[1] and weights[1] > 0:
        printed[1] = ((weights[0] + weights[1]) * joint - weights[0] * printed[0]) / weights[1]
    return AccountInputs(
        weights, parts, printed, known_of(series, "grdp", "constant_2010", year),
        known_of(series, "grdp", "current", year),
    )  # fmt: skip


def _printed(ledger: Ledger, indicator: str, year: int, months: int) -> float:
    """Give the last printed growth in the first `months` of a year, a fraction; NaN without."""
    rows = [
        s
        for s in ledger.select(indicator, "", "growth_yoy")
        if not s.is_plan and s.period is not None and s.period.is_year_to_date
        and (s.period.year, s.period.months) == (year, months)
    ]  # fmt: skip
    return newest_print(rows).value / 100.0 if rows else np.nan


def _weights(ledger: Ledger, year: int) -> FloatArray | None:
    """Give shares at constant prices: contribution ÷ growth where both are printed, else shares.

    What remains is split like the newest printed structure; roundings are balanced away.
    """
    structure = _structure(ledger)
    if structure is None:
        return None
    shares, spread = structure
    by_contribution = {}
    for part in ("industrial_va", "industry_construction_va"):
        points = year_to_date_points(ledger, part, year)
        if points is not None:
            by_contribution[part] = points
    if len(by_contribution) == 2:
        industry = by_contribution["industrial_va"]
        construction = by_contribution["industry_construction_va"] - industry
        rest = shares[2:] / shares[2:].sum() * (1.0 - industry - construction)
        return np.concatenate([[industry, max(construction, 0.0)], rest])
    return balance(shares, spread, np.ones((1, shares.size)), np.ones(1))


def year_to_date_points(ledger: Ledger, indicator: str, year: int) -> float | None:
    """Give contribution ÷ growth of the same months: the part's weight."""
    for points in reversed(ledger.select(indicator, "", "contribution_pp")):
        if points.period is None or points.period.year != year:
            continue
        growth = [
            s for s in ledger.select(indicator, "", "growth_yoy") if s.period == points.period
        ]
        if growth and newest_print(growth).value:
            return points.value / newest_print(growth).value
    return None


def _structure(ledger: Ledger) -> tuple[FloatArray, FloatArray] | None:
    """Give the newest printed structure of GRDP and the variance of its roundings."""
    latest = {}
    for code in ("industry", "industry_construction", "services", "agriculture", "product_tax"):
        prints = [s for s in ledger.select("grdp_share", f"sector:{code}") if not s.is_plan]
        if prints:
            latest[code] = prints[-1]
    if not {"industry_construction", "services", "agriculture"} <= set(latest):
        return None
    both = latest["industry_construction"].value / 100
    industry = latest["industry"].value / 100 if "industry" in latest else 0.88 * both
    tax = latest["product_tax"].value / 100 if "product_tax" in latest else 0.02
    shares = np.array(
        [industry, max(both - industry, 0.0), latest["services"].value / 100,
         latest["agriculture"].value / 100, tax]
    )  # fmt: skip
    return shares, np.full(shares.size, 0.0005**2) + (0.02 * shares) ** 2


def project_accounts(
    inputs: AccountInputs, block: Block, va_annual: FloatArray, va_quarterly: FloatArray
) -> dict[Variable, Paths]:
    """Give GRDP growth by year and quarter and its level by year.

    Parameters
    ----------
    va_annual, va_quarterly : (draw, year), (draw, quarter) float64
        Growth of industrial value added; years from the current one, quarters from the first
        not yet covered.
    """
    axis, draws, size = block.axis, block.draws, block.luck.size
    years = va_annual.shape[1]
    noise = block.normals("accounts", years, len(PARTS) + 1)
    growth = np.empty((size, years, len(PARTS)))
    growth[:, :, 0] = va_annual
    ahead = np.arange(years, dtype=np.float64)
    for i, key in enumerate(PARAMETERS[1:], start=1):
        long_run = draws[key]
        share, now, rest = _so_far(inputs.parts[i], inputs.printed[i], block, long_run)
        fading = fading_rate(rest, long_run, np.full(size, HALF_LIFE), ahead)
        growth[:, :, i] = fading + PART_SD * noise[:, :, i]
        error = PART_SD * noise[:, 0, i]
        growth[:, 0, i] = share * now + (1.0 - share) * (rest + error)
    first_weights = weights = np.broadcast_to(inputs.weights, (size, len(PARTS)))
    contribution = np.empty_like(growth)
    for year in range(years):
        contribution[:, year] = weights * growth[:, year]
        weights = chain_weights(weights, growth[:, year])
    total = contribution.sum(axis=2) + PRINT_SD * noise[:, :, -1]
    quarter_years = axis.output_quarter_years
    at = quarter_years - quarter_years[0]
    others = growth[:, at, :]
    others[:, :, 0] = va_quarterly
    quarterly = _quarterly(first_weights, growth, others, at)
    whole = inputs.whole
    if whole is not None and (whole.months == 12 or whole.months > _months_of_parts(inputs)):
        # GRDP is known for longer than its parts: what is printed stands, quarters make the rest
        known = draw_years(whole, block.known(whole))
        share = known.share_so_far
        starts = 3 * ((axis.first_month // 3 + np.arange(at.size)) % 4)
        ahead_of_print = (at == 0) & (starts >= whole.months)
        rest = quarterly[:, ahead_of_print].mean(axis=1) if ahead_of_print.any() else total[:, 0]
        total[:, 0] = share * known.growth_so_far + (1.0 - share) * rest
    found = _parts(growth, contribution, others)
    found |= {Variable("grdp", "", "growth_yoy", "percent"): Paths(total, quarterly)}
    if inputs.level is not None:
        known = draw_years(inputs.level, block.known(inputs.level))
        deflator = draws["growth.grdp_deflator"]
        steps = (1.0 + total) * (1.0 + deflator[:, None])
        steps[:, 0] *= known.last_year
        if inputs.level.months == 12:
            steps[:, 0] = known.so_far
        level = Paths(np.asarray(np.cumprod(steps, axis=1)))
        found[Variable("grdp", "", "level", "bn_vnd", "current")] = level
    return found


def _months_of_parts(inputs: AccountInputs) -> int:
    """Count the months in which all parts are known: after them only the whole is."""
    parts = zip(inputs.parts, inputs.weights, strict=True)
    return min(part.months if part is not None else 0 for part, weight in parts if weight > 0)


def _parts(
    growth: FloatArray, contribution: FloatArray, quarterly: FloatArray
) -> dict[Variable, Paths]:
    """Give growth of the parts beside industry, and what each part contributes to the year's.

    Contributions add up to growth of GRDP but for the error of its print.
    """
    found: dict[Variable, Paths] = {}
    for i, part in enumerate(PARTS):
        if i:  # growth of industry comes from output
            key = Variable(part, "", "growth_yoy", "percent")
            found[key] = Paths(growth[:, :, i], quarterly[:, :, i])
        points = Variable(part, "", "contribution_pp", "percentage_point")
        found[points] = Paths(contribution[:, :, i])
    return found


def _so_far(
    start: YearStart | None, printed: float, block: Block, long_run: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give the share of the year that is known, growth in it, and growth to be expected after."""
    if start is None or not start.known:
        return np.zeros_like(long_run), long_run, long_run
    known = draw_years(start, block.known(start))
    now, share = known.growth_so_far, known.share_so_far
    # What a break did to growth so far is not carried on.
    apart = (1.0 + known.on_course.growth_so_far) / (1.0 + now)
    if np.isfinite(printed):
        now = np.full_like(now, printed)  # an official print stands
    onward = (1.0 + now) * apart - 1.0
    if start.months == 12:
        return share, now, onward
    carried = momentum(start)
    return share, now, carried * onward + (1.0 - carried) * long_run


def _quarterly(
    weights: FloatArray,
    annual: FloatArray,
    quarterly: FloatArray,
    at: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> FloatArray:
    """Weigh quarterly growth with the weights of its year."""
    result = np.empty(quarterly.shape[:2])
    current, year = weights, 0
    for quarter in range(quarterly.shape[1]):
        while year < at[quarter]:
            current = chain_weights(current, annual[:, year])
            year += 1
        result[:, quarter] = weighted_growth(current, quarterly[:, quarter])
    return result
