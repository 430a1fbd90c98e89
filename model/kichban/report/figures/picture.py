"""A finished sheet as files of its own: PDF and PNG, the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Mapping

from kichban.report.figures.style import Sheet, house_style

#: dots per inch of a picture
DPI = 300


def picture_files(drawn: Sheet, name: str) -> Mapping[str, bytes]:
    """Give ``{"NAME.pdf": …, "NAME.png": …}``."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_pdf import FigureCanvasPdf

    found = {}
    with house_style():
        import matplotlib as mpl

        mpl.rcParams["pdf.fonttype"] = 42  # fonts as they are: text can be searched and copied
        for kind, canvas, about in (
            ("pdf", FigureCanvasPdf, {"CreationDate": None, "Creator": None, "Producer": None}),
            ("png", FigureCanvasAgg, {"Software": None}),
        ):
            canvas(drawn.figure)
            out = io.BytesIO()
            drawn.figure.savefig(out, format=kind, dpi=DPI, metadata=about)
            found[f"{name}.{kind}"] = out.getvalue()
    return found
