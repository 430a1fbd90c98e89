"""What was discovered, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from kichban.catalogue import Label, Parameters
from kichban.compare.discovery.search import Discovery
from kichban.compare.naming import parameter_figure, parameter_name
from kichban.numbers import FloatArray
from kichban.texts import Lang, format_number, format_percent, lower_first, texts_for


def discovery_lines(
    found: Discovery,
    keys: Sequence[str],
    target: str,
    label: Label,
    parameters: Parameters,
    lang: Lang,
    *,
    met: bool,
) -> Iterator[str]:
    """Give the regions, or why there are none.

    Parameters
    ----------
    keys
        Parameters, in the order of the limits of boxes.
    label
        Of the scenario.
    met
        Whether cases are draws that meet the target, else those that miss it.
    """
    words, kind = texts_for(lang), "met" if met else "missed"
    yield words(f"sensitivity.discover.title_{kind}", target=target, scenario=label[lang])
    yield words(
        f"sensitivity.discover.share_{kind}", share=_percent(found.share, lang),
        draws=format_number(found.draws, 0, lang),
    )  # fmt: skip
    if found.reason.startswith("few"):
        cases = format_number(found.cases, 0, lang)
        yield words(f"sensitivity.discover.{found.reason}_{kind}", cases=cases)
        return
    if found.reason != "found":
        draws = format_number(found.draws, 0, lang)
        yield words(f"sensitivity.discover.{found.reason}", draws=draws)
        return
    for number, box in enumerate(found.boxes):
        yield words(
            f"sensitivity.discover.{'next' if number else 'box'}_{kind}",
            coverage=_percent(box.counts.coverage, lang),
            density=_percent(box.counts.density, lang),
            limits=limits_text(box.limits, keys, parameters, lang),
        )
    yield words("sensitivity.discover.note")


def limits_text(limits: FloatArray, keys: Sequence[str], parameters: Parameters, lang: Lang) -> str:
    """Say which parameters lie where: (2, parameter) limits, infinite where free.

    >>> from kichban.catalogue import load_parameters
    >>> limits = np.array([[-np.inf, 0.02], [0.091, np.inf]])
    >>> keys = ["growth.volume_long_run", "growth.wedge"]
    >>> limits_text(limits[:, :1], keys, load_parameters(), "vi")
    'tốc độ tăng khối lượng dài hạn dưới 9,1%/năm'
    """
    words = texts_for(lang)
    parts = []
    for j in np.flatnonzero(np.isfinite(limits).any(axis=0)).tolist():
        low, high = (float(v) for v in limits[:, j])
        parameter = parameters[keys[j]]
        more = _more_digits(low, high, parameter.decimals + 2 * parameter.percent)
        key = "above" if np.isinf(high) else "below" if np.isinf(low) else "between"
        said = {
            "low": parameter_figure(parameter, low, lang, more=more, unit=key != "between"),
            "high": parameter_figure(parameter, high, lang, more=more),
        }
        name = lower_first(parameter_name(keys[j], lang, parameters))
        parts.append(words(f"sensitivity.discover.{key}", name=name, **said))
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + words("sensitivity.discover.joined") + parts[-1]


def _more_digits(low: float, high: float, decimals: int) -> int:
    """Give the digits beyond `decimals` that keep two ends apart."""
    if not np.isfinite([low, high]).all():
        return 0
    more = 0
    while round(low, decimals + more) == round(high, decimals + more) and more < 3:
        more += 1
    return more


def _percent(share: float, lang: Lang) -> str:
    return format_percent(100 * share, 0 if 0.1 <= share <= 0.99 else 1, lang)
