"""From an edition to bytes: build the value once for each language and format, print it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kichban.errors import UsageError
from kichban.files import json_bytes, sha256
from kichban.report.context import Context
from kichban.report.document import Report
from kichban.report.edition import EditionLike, IssuerLike
from kichban.report.form_rows import GrowthForm
from kichban.report.lookup import Tables
from kichban.report.section_targets import summary_section
from kichban.report.sections import (
    contradictions_section,
    form_section,
    land_section,
    method_section,
    outlook_section,
    scenarios_section,
    series_section,
    sites_section,
)
from kichban.report.typst_writer import pdf_bytes
from kichban.texts import Lang

FORMATS = ("pdf",)


def render_report(
    edition: EditionLike,
    lang: Lang,
    formats: Sequence[str] = FORMATS,
    issuer: IssuerLike | None = None,
) -> Mapping[str, bytes]:
    """Print the appendix of an edition in one language.

    Parameters
    ----------
    edition
        What was known and what follows from it; every printed figure is a cell of its tables.
    lang
        ``vi``, the language of record, or ``en``.
    formats
        Which files; so far ``pdf``.
    issuer
        Who signs; without one the Department of Industry and Trade of the edition's province.

    Returns
    -------
    mapping of str to bytes
        ``{"appendix.vi.pdf": …}``: the same bytes for the same edition, wherever it runs.

    Raises
    ------
    UsageError
        ``E-REPORT-001`` for a format that is none of the known.
    MachineError
        ``E-REPORT-002`` when the typesetter refuses or a font is missing from the package.
    """
    for name in formats:
        if name not in FORMATS:
            raise UsageError("E-REPORT-001", name, known=", ".join(FORMATS))
    report = build_report(edition, lang, issuer=issuer)
    return {f"appendix.{lang}.{name}": pdf_bytes(report, edition.as_of) for name in formats}


def build_report(
    edition: EditionLike,
    lang: Lang,
    growth_form: GrowthForm = "growth",
    issuer: IssuerLike | None = None,
) -> Report:
    """Build the appendix as a value.

    Raises
    ------
    UsageError
        ``E-CAP-902`` for an edition that counts confidential projects.
    """
    if edition.manifest.get("confidential"):
        raise UsageError("E-CAP-902")
    context = Context(Tables(edition), lang)
    words = context.texts
    sections = (
        summary_section(context),
        outlook_section(context),
        form_section(context, growth_form),
        series_section(context),
        contradictions_section(context),
        scenarios_section(context),
        land_section(context),
        sites_section(context),
        method_section(context),
    )
    year = f"{context.year}"
    province, code, name = context.place, "SCT", words("report.head.issuer")
    if issuer is not None:
        province, code = getattr(issuer.province, lang), issuer.code
        name = getattr(issuer.name, lang)
    return Report(
        lang=lang,
        label=words("report.head.label"),
        title=(
            words("report.head.title_1"),
            words(
                "report.head.title_2",
                place=province.upper(),
                year=year,
                last=f"{context.tables.last_year or context.year}",
            ),
        ),
        attached=words("report.head.attached", year=year, code=code, issuer=name),
        sections=tuple(s for s in sections if s is not None),
        place_date=words("report.sign.place_date", place=_bare(context, province), year=year),
        signatures=tuple(words(f"report.sign.{who}") for who in ("maker", "checker", "director")),
        foot=words(
            "report.foot",
            date=context.printer.date(edition.as_of),
            manifest=sha256(json_bytes(dict(edition.manifest)))[:12],
        ),
        subject=words("report.head.subject", place=province),
    )


def _bare(context: Context, province: str) -> str:
    """Give the province's name as it stands before a date, without the word for its kind."""
    before, after = context.texts("report.place.province", name="|").split("|")
    return province.removeprefix(before).removesuffix(after)
