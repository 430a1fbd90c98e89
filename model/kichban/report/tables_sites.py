"""Single parks and clusters, parks first; made-up members of a group are summed into one row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kichban.ledger import WORDS, Site
from kichban.report.context import Context
from kichban.report.document import Cell, Column, Number, Table
from kichban.report.lookup import Row, number, records, text

_STAGES = (
    "planned", "added_to_plan", "plan_reduced", "zoning_in_preparation", "zoning_approved",
    "appraisal", "submitted", "approval_in_progress", "approved", "land_use_change_approved",
    "certificate_granted", "established", "clearing", "cleared", "levelling", "serviced", "leasing",
    "leased", "operating", "withdrawn",
)  # fmt: skip
#: what is said of assumed sites that are not established
_ASSUMED = {
    "planned": "assumed_planned", "approval_in_progress": "assumed_stage",
    "zoning_approved": "assumed_stage",
}  # fmt: skip
_AREAS = ("gross_ha", "industrial_ha", "cleared_ha", "serviced_ha", "leased_ha")


def sites_table(context: Context) -> Table | None:
    """Give the site table; ``None`` where no site is known.

    Columns of the official form that nobody has printed a figure for are left out and named below.
    """
    rows = records(context.tables.edition.extras.get("land_sites"))
    if not rows:
        return None
    words = context.texts
    areas = [a for a in _AREAS if any(number(r, a) is not None for r in rows)]
    columns = (
        Column(words("report.form.no"), "9mm", "centre"),
        Column(words("report.sites.name"), "1fr", "left"),
        Column(words("report.sites.district"), "38mm", "left"),
        *(Column(words(f"report.sites.{area}"), "21mm") for area in areas),
        Column(words("report.sites.occupancy_pct"), "17mm"),
        Column(words("report.sites.stage"), "48mm", "left"),
    )
    cells = tuple(_rows(context, rows, areas))
    missing = [
        words(f"report.sites.missing_{k}")
        for k in ("decision", "investor", "projects", "jobs", "wastewater", "obstacles")
        if not any(text(r, k) for r in rows)
    ]
    if "cleared_ha" not in areas:
        missing.insert(0, words("report.sites.missing_cleared"))
    notes = (words("report.sites.note"), words("report.sites.missing", columns="; ".join(missing)))
    return Table(
        words("report.sites.title", place=context.place), columns, cells,
        number=words("report.sites.number"), notes=notes, size=9,
    )  # fmt: skip


def _rows(
    context: Context, rows: Sequence[Row], areas: Sequence[str]
) -> Iterator[tuple[Cell, ...]]:
    sites = {site.id: site for site in context.tables.edition.ledger.sites}
    width = 5 + len(areas)
    for roman, kind in (("I", "kcn"), ("II", "ccn")):
        mine = [r for r in rows if text(r, "kind") == kind]
        if not mine:
            continue
        heading = Cell(
            context.texts(f"report.land.{kind}"), bold=True, span=width - 1, align="left"
        )
        yield (Cell(roman, bold=True), heading)
        named = [r for r in mine if not r.get("synthetic")]
        for index, row in enumerate(named, 1):
            yield _site(context, row, areas, f"{index}", sites.get(text(row, "site")))
        yield from _groups(context, [r for r in mine if r.get("synthetic")], areas, len(named))


def _site(
    context: Context, row: Row, areas: Sequence[str], index: str, site: Site | None
) -> tuple[Cell, ...]:
    name = text(row, "name_vi" if context.lang == "vi" else "name") or text(row, "name_vi")
    return (
        Cell(index),
        Cell(name, note=_said(context, row)),
        Cell(_district(context, site)),
        *(_area(number(row, a), a) for a in areas),
        Cell(Number(number(row, "occupancy_pct"), 1)),
        Cell(_stage(context, text(row, "stage"))),
    )


def _said(context: Context, row: Row) -> str:
    """Say what was printed about a site in words: decision, investor, waste water, obstacles."""
    found = [
        context.texts(f"report.sites.said_{word}", text=text(row, word))
        for word in WORDS
        if text(row, word)
    ]
    said = "; ".join(found)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _decimals(area: str) -> int:
    """Planned areas are printed with their digits; what the model derives has none."""
    return 2 if area == "gross_ha" else 0


def _area(value: float | None, area: str) -> Cell:
    """Give an area; in italics where it is an estimate and not a published figure."""
    return Cell(Number(value, _decimals(area)), italic=area != "gross_ha")


def _groups(
    context: Context, rows: Sequence[Row], areas: Sequence[str], counted: int
) -> Iterator[tuple[Cell, ...]]:
    """Give one italic row for each stage: how many sites, and their sums."""
    stages = dict.fromkeys(text(r, "stage") for r in rows)
    for index, stage in enumerate(sorted(stages, key=_rank), counted + 1):
        members = [r for r in rows if text(r, "stage") == stage]
        sums = [_total(members, area) for area in areas]
        leased, land = _total(members, "leased_ha"), _total(members, "industrial_ha")
        share = 100 * leased / land if leased is not None and land else None
        label = context.texts(
            f"report.sites.group_{text(members[0], 'kind')}", count=f"{len(members)}"
        )
        assumed = context.texts(f"sites.{_ASSUMED.get(stage, 'assumed_site')}")
        yield (
            Cell(f"{index}", italic=True),
            Cell(label, italic=True, note=f"{assumed[:1].upper()}{assumed[1:]}."),
            Cell("-", italic=True),
            *(Cell(Number(s, _decimals(a)), italic=True) for s, a in zip(sums, areas, strict=True)),
            Cell(Number(share, 1), italic=True),
            Cell(_stage(context, stage), italic=True),
        )


def _total(rows: Sequence[Row], area: str) -> float | None:
    values = [v for r in rows if (v := number(r, area)) is not None]
    return sum(values) if values else None


def _rank(stage: str) -> int:
    return _STAGES.index(stage) if stage in _STAGES else len(_STAGES)


def _stage(context: Context, stage: str) -> str:
    """Name a stage; one that nobody has a word for is said to be another, never as its code."""
    key = f"report.stage.{stage}"
    if context.texts.has(key):
        return context.texts(key)
    name = context.labels.member(f"stage:{stage}")
    return context.texts("report.stage.unknown") if name == stage else name


def _district(context: Context, site: Site | None) -> str:
    if site is None or not site.district:
        return context.printer.number(None)
    region = context.tables.edition.ledger.regions.get(site.district)
    return (
        region.name[context.lang] if region else context.labels.member(f"district:{site.district}")
    )


def pipeline_table(context: Context) -> Table | None:
    """Count sites by stage, with their gross area; ``None`` where no site is known."""
    rows = records(context.tables.edition.extras.get("land_sites"))
    if not rows:
        return None
    words = context.texts
    columns = (
        Column(words("report.sites.stage"), "1fr", "left"),
        *(
            Column(words(f"report.pipeline.{kind}_{what}"), "30mm")
            for kind in ("kcn", "ccn")
            for what in ("count", "area")
        ),
    )
    cells: list[tuple[Cell, ...]] = []
    for stage in sorted(dict.fromkeys(text(r, "stage") for r in rows), key=_rank):
        cells.append((Cell(_stage(context, stage)), *_counted(rows, stage)))
    total = Cell(words("report.pipeline.total"), bold=True)
    cells.append((total, *_counted(rows, None)))
    notes = (words("report.pipeline.note"),)
    title = words("report.pipeline.title")
    return Table(title, columns, tuple(cells), notes=notes, size=9.5, keep=True)


def _counted(rows: Sequence[Row], stage: str | None) -> Iterator[Cell]:
    for kind in ("kcn", "ccn"):
        mine = [
            r
            for r in rows
            if text(r, "kind") == kind and (stage is None or text(r, "stage") == stage)
        ]
        area = _total(mine, "gross_ha")
        bold = stage is None
        yield Cell(Number(float(len(mine)), 0) if mine else "-", bold=bold)
        yield Cell(Number(area, 1) if area is not None else "-", bold=bold)
