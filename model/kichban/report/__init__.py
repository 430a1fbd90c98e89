"""The printed report: an edition in, bilingual bytes out.

The report is built as a value (:mod:`.document`) and printed at the door (:mod:`.typst_writer`).
Every figure in it is a cell of the edition's tables: text, table, chart and CSV agree.
"""

from kichban.report.edition import EditionLike
from kichban.report.overview import gap_overview
from kichban.report.question_lines import joint_lines, reverse_lines
from kichban.report.render import build_report, render_report
from kichban.report.target_sheet import check_lines, quarter_table, target_sheets

__all__ = [
    "EditionLike",
    "build_report",
    "check_lines",
    "gap_overview",
    "joint_lines",
    "quarter_table",
    "render_report",
    "reverse_lines",
    "target_sheets",
]
