"""The report of the real study: what a Department would sign, in both languages."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from kichban.report import build_report, gap_overview, render_report
from kichban.report.context import Context
from kichban.report.document import Number, Paragraph, Report, Table
from kichban.report.figures.fan import draw_fan
from kichban.report.figures.fan_data import fan_data
from kichban.report.figures.gaps import draw_gaps, gap_bars
from kichban.report.figures.land import draw_land, land_panel
from kichban.report.figures.panels import draw_panels, panels_data
from kichban.report.figures.prints import draw_prints, prints_data
from kichban.report.figures.scenarios import draw_scenarios, scenario_panels
from kichban.report.figures.style import Sheet, house_style
from kichban.report.lookup import Tables
from kichban.report.printing import NBSP, Printer
from kichban.report.tables_contradictions import contradictions_table, divided
from kichban.report.typst_writer import pdf_bytes
from kichban.study import Cache, Edition, Study, open_study
from kichban.texts import LANGUAGES, Lang

ROOT = Path(__file__).resolve().parents[1]
DRAWS = 1280
needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext here")


@pytest.fixture(scope="module")
def study(shipped: Study) -> Study:
    return shipped


@pytest.fixture(scope="module")
def edition(study: Study) -> Edition:
    return study.edition(study.request(draws=DRAWS))


@pytest.fixture(scope="module")
def printed(study: Study, edition: Edition) -> Mapping[Lang, bytes]:
    issuer = study.config.issuer
    return {
        lang: next(iter(render_report(edition, lang, ("pdf",), issuer).values()))
        for lang in LANGUAGES
    }


@pytest.fixture(scope="module")
def said(printed: Mapping[Lang, bytes]) -> Mapping[Lang, str]:
    return {lang: pdf_text(data) for lang, data in printed.items()}


def pdf_text(data: bytes) -> str:
    """Give the words of a PDF in reading order."""
    run = subprocess.run(
        ["pdftotext", "-", "-"], input=data, check=True, capture_output=True, timeout=60
    )
    return run.stdout.decode("utf-8").replace(NBSP, " ")


def pages(data: bytes) -> int:
    return max(int(n) for n in re.findall(rb"/Count (\d+)", data))


def first_section(report: Report, count: int) -> Report:
    from dataclasses import replace

    return replace(report, sections=report.sections[:count], signatures=())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_summary_is_one_page(edition: Edition, lang: Lang) -> None:
    report = first_section(build_report(edition, lang), 1)
    assert pages(pdf_bytes(report, edition.as_of)) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_form_01_takes_two_pages_laid_across_at_most(edition: Edition, lang: Lang) -> None:
    from dataclasses import replace

    report = build_report(edition, lang)
    form = next(
        s for s in report.sections
        if any(isinstance(b, Table) and b.number in ("Biểu số 01", "Form 01") for b in s.blocks)
    )  # fmt: skip
    assert form.landscape
    alone = replace(report, sections=(form,), signatures=())
    # The masthead takes a page of its own before a page laid across.
    assert pages(pdf_bytes(alone, edition.as_of)) <= 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_whole_is_no_longer_than_it_was_agreed(
    printed: Mapping[Lang, bytes], lang: Lang
) -> None:
    assert pages(printed[lang]) <= 25


def _significant(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_number_of_the_summary_is_the_gap_tables(edition: Edition, lang: Lang) -> None:
    context = Context(Tables(edition), lang)
    table = next(b for b in build_report(edition, lang).sections[0].blocks if isinstance(b, Table))
    rows = [r for r in table.rows if len(r) > 1]
    assert len(rows) == len(context.targets.first)
    frame = edition.gap[edition.gap.scenario == edition.headline].set_index("target")
    printer = Printer(lang)
    for cells, row in zip(rows, context.targets.first, strict=True):
        gap = frame.loc[row["target"]]
        name, target, forecast, over, percent, outlook = (c.content for c in cells)
        assert isinstance(forecast, Number)
        assert isinstance(over, Number)
        low = re.split("–", str(target))[0]
        assert low == printer.number(gap.target_value, context.wording.decimals(row)), name
        assert forecast.value == pytest.approx(gap.p50), name
        assert over.value == pytest.approx(-gap.gap), name
        if isinstance(percent, Number):
            assert printer.cell(percent) == printer.number(-gap.gap_percent, 1, signed=True)
        chance = re.search(r"\(([<>]?)(\d+)%\)", str(outlook))
        if chance and not chance[1]:
            assert int(chance[2]) == pytest.approx(100 * gap.probability, abs=0.5001), name


def test_form_01_says_what_series_and_projections_say(edition: Edition) -> None:
    table = next(
        b for s in build_report(edition, "vi").sections for b in s.blocks
        if isinstance(b, Table) and b.number == "Biểu số 01"
    )  # fmt: skip
    rows = {str(r[1].content): r for r in table.rows}
    output = rows["Giá trị sản xuất công nghiệp (giá hiện hành)"]
    p = edition.projections
    p = p[
        (p.scenario == edition.headline) & (p.indicator == "industrial_output")
        & (p.breakdown == "") & (p.measure == "level") & (p.price_basis == "current")
        & (p.statistic == "p50")
    ].set_index("period").value  # fmt: skip
    values = [c.content.value for c in output[3:11] if isinstance(c.content, Number)]
    assert values[:3] == [541_169.0, 665_760.0, 315_145.0]
    assert values[3:] == pytest.approx(
        [p["2024"], 100 * p["2024"] / 665_760, 100 * p["2024"] / 541_169, p["2025"],
         100 * p["2025"] / p["2024"]]
    )  # fmt: skip
    # A published figure that the model does not follow is printed as published.
    fdi = rows["Có vốn đầu tư nước ngoài (giá hiện hành)"]
    assert fdi[5].content == Number(275_340.0, 1)
    assert "mô hình dùng" in str(fdi[11].content)


@needs_poppler
def test_the_sentence_leaders_want_stands_in_the_print(said: Mapping[Lang, str]) -> None:
    for lang, figures in (("vi", ("350.615", "18,9%")), ("en", ("350,615", "18.9%"))):
        first = said[lang].split("\f", maxsplit=1)[0]
        assert all(figure in first for figure in figures), lang


@needs_poppler
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_code_is_printed_raw(said: Mapping[Lang, str], lang: Lang) -> None:
    assert re.findall(r"\b[a-z]+_[a-z_]+\b", said[lang]) == []
    assert "nan" not in re.findall(r"\b\w+\b", said[lang])
    assert "None" not in said[lang]


@needs_poppler
def test_the_balance_of_the_clusters_is_explained(said: Mapping[Lang, str]) -> None:
    for lang, figures in (
        ("vi", ("3.597,34", "1.737,66", "677", "mô hình chỉ tính phần còn lại")),
        ("en", ("3,597.34", "1,737.66", "677", "the model counts the rest only")),
    ):
        flat = re.sub(r"\s+", " ", said[lang])
        assert all(figure in flat for figure in figures), lang


@needs_poppler
def test_what_the_plan_takes_for_granted_is_said(
    said: Mapping[Lang, str], edition: Edition
) -> None:
    shift = 100 * edition.manifest["notes"]["plan"]["growth_shift"]
    flat = re.sub(r"\s+", " ", said["vi"])
    assert f"thêm {Printer('vi').number(shift, 1)} điểm %/năm so với cơ sở" in flat


@needs_poppler
def test_the_english_report_speaks_english(said: Mapping[Lang, str]) -> None:
    for word in ("không thể cùng đúng", "Đề nghị", "hiện có khi", "Đối chiếu"):
        assert word not in said["en"]


def test_at_most_twelve_contradictions_are_explained(edition: Edition) -> None:
    report = build_report(edition, "vi")
    tables = {b.title: b for s in report.sections for b in s.blocks if isinstance(b, Table)}
    (section,) = [s for s in report.sections if s.title == "Những điểm cần xử lý trước khi ký"]
    explained, other = (b for b in section.blocks if isinstance(b, Table))
    assert 0 < len(explained.rows) <= 12
    assert tables["Các nhóm khác cùng thời gian"] is other
    listed = [r[i].content for r in other.rows for i in (0, 6) if r[i].content]
    last = section.blocks[-1]
    assert isinstance(last, Paragraph)
    counted = re.search(r"còn (\d+) nhóm", last.runs[0].text)
    assert counted is not None
    total = len(listed) + len(explained.rows) + int(counted[1])
    assert total == len(edition.contradictions)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_to_settle_before_signing_takes_two_pages(edition: Edition, lang: Lang) -> None:
    from dataclasses import replace

    report = build_report(edition, lang)
    titles = ("Những điểm cần xử lý trước khi ký", "Before you sign")
    (section,) = [s for s in report.sections if s.title in titles]
    alone = replace(report, sections=(section,), signatures=())
    # The masthead takes a page of its own before pages laid across.
    assert pages(pdf_bytes(alone, edition.as_of)) <= 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_to_settle_first_are_totals_of_this_year(edition: Edition, lang: Lang) -> None:
    context = Context(Tables(edition), lang)
    shown = divided(context)
    first = shown.explained[0]
    assert (first["indicator"], first["statements"].split()[0]) == ("industrial_output", "BG0119")
    table = contradictions_table(context)
    assert table is not None
    for row in table.rows:
        prints, reading, repairs = (str(c.content) for c in row[-3:])
        assert re.search(r"\(B[GX]\d+\)", prints)
        assert reading
        assert repairs
        # What the columns beside it say is not said again.
        assert "không thể cùng đúng" not in reading + repairs
        assert "cannot hold together" not in reading + repairs
        assert not re.search(r"(tăng|growth) −", prints)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_panels_of_the_real_series(edition: Edition, lang: Lang) -> None:
    context = Context(Tables(edition), lang)
    chosen = panels_data(context)
    keys = {(p.key[0], p.key[2]) for p in chosen}
    assert keys >= {
        ("iip", "growth_yoy"), ("industrial_va", "growth_yoy"), ("grdp", "level"),
        ("grdp", "growth_yoy"), ("exports", "level"), ("retail_sales", "level"),
        ("kcn_area", "area_ha"), ("ccn_area", "area_ha"), ("ccn_leased", "area_ha"),
    }  # fmt: skip
    assert len(chosen) <= 12
    frame = edition.series[edition.series.region == edition.region]
    for data in [*chosen, *filter(None, [prints_data(context)])]:
        rows = frame[frame.indicator == data.key[0]]
        rows = rows[(rows.breakdown.fillna("") == data.key[1]) & (rows.measure == data.key[2])]
        for observed in data.series:
            found = rows[rows.period == observed.period.text]
            assert observed.value in found.value.tolist()
        drawn = {s.id for s in data.prints}
        # Whatever the series says it rests on directly is a mark.
        own = {i for o in data.series for i in o.statements}
        by_id = edition.ledger.by_id
        same = {
            i for i in own
            if (by_id[i].indicator, by_id[i].breakdown, by_id[i].measure) == data.key
            and not by_id[i].is_plan
            and by_id[i].period in {o.period for o in data.series}
        }  # fmt: skip
        assert same <= drawn
    with house_style():
        for index, sheet in enumerate(draw_panels(context, chosen)):
            assert_apart(sheet, chosen[index].key[0])


def test_the_issuer_heads_and_dates_the_report(study: Study, edition: Edition) -> None:
    report = build_report(edition, "vi", issuer=study.config.issuer)
    assert report.attached == "(Kèm theo Báo cáo số …/BC-SCT ngày …/…/2024 của Sở Công Thương)"
    assert report.place_date.startswith("Bắc Giang, ngày")
    assert "TỈNH BẮC GIANG" in report.title[1]
    assert build_report(edition, "en").attached.endswith("Department of Industry and Trade)")


def _panels(ctx: Context) -> list:
    return [p for kind in ("kcn", "ccn") if (p := land_panel(ctx, kind))]


DRAWN = {
    "fan_current": lambda c: draw_fan(c, fan_data(c, "current")),
    "fan_constant": lambda c: draw_fan(c, fan_data(c, "constant_2010")),
    "gaps": lambda c: draw_gaps(c, gap_bars(c)),
    "land": lambda c: draw_land(c, _panels(c)),
    "prints": lambda c: draw_prints(c, prints_data(c)),
    "scenarios": lambda c: draw_scenarios(c, scenario_panels(c)),
}


def _boxes(drawn: Sheet) -> list:
    canvas = FigureCanvasAgg(drawn.figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    texts = [t for t in drawn.figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    return [(t.get_text(), Text.get_window_extent(t, renderer)) for t in texts]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", DRAWN)
def test_no_label_is_clipped_and_none_lies_over_another(
    edition: Edition, name: str, lang: Lang
) -> None:
    with house_style():
        assert_apart(DRAWN[name](Context(Tables(edition), lang)), name)


def assert_apart(drawn: Sheet, name: str) -> None:
    """No text of a chart is clipped, none lies over another."""
    boxes = _boxes(drawn)
    width = drawn.width / 25.4 * 72
    for text, box in boxes:
        assert box.x0 >= -0.5, (name, text)
        assert box.x1 <= width + 0.5, (name, text)
        assert box.y0 >= -0.5, (name, text)
    for (one, a), (two, b) in itertools.combinations(boxes, 2):
        apart = a.x1 <= b.x0 + 0.5 or b.x1 <= a.x0 + 0.5 or a.y1 <= b.y0 + 1.6 or b.y1 <= a.y0 + 1.6
        assert apart, (name, one, two)


def test_rendering_twice_gives_the_same_bytes(
    study: Study, edition: Edition, printed: Mapping[Lang, bytes]
) -> None:
    for lang in LANGUAGES:
        again = render_report(edition, lang, ("pdf",), study.config.issuer)
        assert again == {f"appendix.{lang}.pdf": printed[lang]}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_overview_for_a_terminal(edition: Edition, lang: Lang) -> None:
    text = gap_overview(edition, lang)
    blocks = text.split("\n\n")[1:]
    assert len(blocks) == edition.gap.scenario.nunique()
    assert blocks[0].startswith("Kịch bản cơ sở" if lang == "vi" else "Baseline scenario")
    figure = "350.615" if lang == "vi" else "350,615"
    assert figure in blocks[0]
    assert NBSP not in text
    assert not re.search(r"\b[a-z]+_[a-z_]+\b", text)
    # Columns are aligned: the periods of a block stand under their heading.
    lines = [line for line in blocks[0].splitlines()[1:] if re.search(r" 20\d\d ", line)]
    assert len({re.search(r" 20\d\d ", line).start() for line in lines}) == 1  # type: ignore[union-attr]


@pytest.mark.parametrize("day", [dt.date(2024, 1, 31), dt.date(2021, 12, 31)])
def test_earlier_days_render(study: Study, day: dt.date) -> None:
    early = study.edition(study.request(as_of=day, draws=DRAWS))
    for lang in LANGUAGES:
        report = build_report(early, lang)
        assert pdf_bytes(report, day).startswith(b"%PDF")
        assert pages(pdf_bytes(first_section(report, 1), day)) == 1
        for name, draw in DRAWN.items():
            with house_style():
                drawn = draw(Context(Tables(early), lang))
                assert_apart(drawn, f"{day} {name}")
        context = Context(Tables(early), lang)
        with house_style():
            for drawn in draw_panels(context, panels_data(context)):
                assert_apart(drawn, f"{day} panels")


def test_a_province_with_one_cluster_says_what_is_not_known(tmp_path: Path) -> None:
    root = one_cluster(tmp_path)
    study = open_study(root, Cache(None))
    edition = study.edition(study.request(["baseline", "low"], draws=DRAWS))
    words = {
        "vi": ("Chưa có chỉ tiêu nào", "Chưa biết giá trị sản xuất công nghiệp"),
        "en": ("There is no target", "Industrial output is not known"),
    }
    for lang in LANGUAGES:
        report = build_report(edition, lang)
        text = " ".join(
            run.text for s in report.sections for b in s.blocks
            if isinstance(b, Paragraph) for run in b.runs
        )  # fmt: skip
        assert all(word in text for word in words[lang]), text
        assert pdf_bytes(report, edition.as_of).startswith(b"%PDF")
        assert gap_overview(edition, lang)


def one_cluster(root: Path) -> Path:
    """Write a study of one cluster, one figure and nothing else."""
    for name in ("inputs", "scenarios"):
        shutil.copytree(ROOT / name, root / name)
    inputs = root / "inputs"

    def table(name: str, row: str) -> None:
        path = inputs / name
        header = path.read_text(encoding="utf-8").split("\n", 1)[0]
        path.write_text(f"{header}\n{row}\n", encoding="utf-8")

    table("statements.csv", "A1,vi_du,ccn_area,stage:established,2024-06-30,asof,area_ha,40,ha,"
          "40 ha,1,,,actual,2024-07-31,day,S1,,yes,")  # fmt: skip
    table("sources.csv", "S1,Báo cáo,Sở Công Thương,2024-07-31,day,")
    table("sites.csv", "mot,ccn,Cụm Một,Cum Mot,,,,2024-07-31,S1,")
    table("site_observations.csv", "mot,2024-06-30,operating,40,26,26,26,10,8,,,,,,,actual,"
          "2024-07-31,day,S1,,yes,")  # fmt: skip
    for name in ("targets.toml", "readings.toml"):
        (inputs / name).write_text("format = 1\n", encoding="utf-8")
    (inputs / "regions.toml").write_text(
        'format = 1\n[[region]]\ncode = "vi_du"\nname = { vi = "Ví Dụ", en = "Example" }\n'
        'kind = "province"\n', encoding="utf-8",
    )  # fmt: skip
    (inputs / "site_groups.csv").unlink()
    config = (ROOT / "study.toml").read_text(encoding="utf-8")
    (root / "study.toml").write_text(config.replace("bac_giang", "vi_du"), encoding="utf-8")
    return root
