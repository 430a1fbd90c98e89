"""Answers to questions about targets, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from kichban.ledger import Ledger
from kichban.report.printing import Printer
from kichban.report.target_sheet import INDENT
from kichban.report.wording import chance
from kichban.target import Joint
from kichban.texts import Lang, aligned

Ends = tuple[float, float, float]


class Answer(Protocol):
    """What growth of GRDP asks of industry: projected and needed, by name; rates as fractions."""

    @property
    def year(self) -> int:
        """Year the growth is asked of."""
        ...

    @property
    def growth(self) -> float:
        """Growth of GRDP."""
        ...

    @property
    def chance(self) -> float:
        """How likely it is."""
        ...

    @property
    def rows(self) -> Mapping[str, tuple[Ends, Ends]]:
        """P10, P50 and P90 as projected, and as needed."""
        ...


def joint_lines(
    found: Mapping[str, Joint],
    ledger: Ledger,
    labels: Mapping[str, Mapping[str, str]],
    lang: Lang,
) -> str:
    """Print how likely a set of targets is met together, scenario by scenario."""
    printer = Printer(lang)
    words = printer.texts
    lines = []
    for name, joint in found.items():
        scenario = labels[name][lang] if name in labels else name
        known = {t.id: t for t in ledger.targets}
        rows = [
            (f"{t} ({printer.amount(known[t].value, known[t].unit)})", chance(p, printer))
            for t, p in zip(joint.targets, joint.each, strict=True)
        ]
        rows += [
            (words(f"targets.joint.{kind}"), chance(getattr(joint, kind), printer))
            for kind in ("every", "some", "apart")
        ]
        title = words("targets.joint.title", scenario=scenario, targets=", ".join(joint.targets))
        lines += ["", title, *aligned([list(row) for row in rows])]
    return "\n".join(lines[1:]).replace("\u00a0", " ")


def reverse_lines(answer: Answer, lang: Lang) -> str:
    """Print what industry needs for GRDP to grow as asked, beside what is projected."""
    printer = Printer(lang)
    words = printer.texts
    rate = printer.percent(100 * answer.growth, 2)
    table = [["", words("targets.reverse.head_now"), words("targets.reverse.head_needed")]]
    for name, (now, needed) in answer.rows.items():
        table.append([
            words(f"targets.reverse.{name}"), _ends(now, printer, name),
            _ends(needed, printer, name),
        ])  # fmt: skip
    lines = [
        words("targets.reverse.title", year=f"{answer.year}", rate=rate),
        *aligned(table),
        INDENT + words("targets.reverse.chance", rate=rate, chance=chance(answer.chance, printer)),
        INDENT + words("targets.reverse.note"),
    ]
    return "\n".join(lines).replace("\u00a0", " ").replace("\u2212", "-")


def _ends(ends: Ends, printer: Printer, name: str) -> str:
    low, middle, high = ends
    if name == "output":
        known = [printer.number(_rounded(v), 0) for v in (low, middle, high)]
        unit = printer.unit("bn_vnd")
        return f"{known[1]} {unit} ({known[0]} – {known[2]})"
    known = [printer.number(100 * v, 1) for v in (low, middle, high)]
    return f"{known[1]}% ({known[0]} – {known[2]})"


def _rounded(value: float) -> float:
    """Round to four digits: the last ones of a forecast are luck."""
    return float(f"{value:.4g}")
