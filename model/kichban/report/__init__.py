"""The printed report: an edition in, bilingual bytes out.

The report is built as a value (:mod:`.document`) and printed at the door (:mod:`.typst_writer`).
Every figure in it is a cell of the edition's tables: text, table, chart and CSV agree.
"""

from kichban.report.edition import EditionLike
from kichban.report.overview import gap_overview
from kichban.report.render import build_report, render_report

__all__ = ["EditionLike", "build_report", "gap_overview", "render_report"]
