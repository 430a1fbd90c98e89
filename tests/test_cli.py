"""The command line: exit codes, what it prints and where, and that it never leaves a mess."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from kichban import __version__
from kichban.errors import MachineError
from kichban.files import study_lock, write_whole
from kichban.study import Cache, open_study
from kichban.texts import fault_line

QUICK = ("--draws", 64, "--no-cache")
SMALL = ("run", "baseline", *QUICK)
WRITTEN = {
    "series.csv", "contradictions.csv", "breaks.csv", "projections.csv", "gap.csv",
    "manifest.json", "inputs.zip",
}  # fmt: skip


def without_traceback(done):
    assert "Traceback" not in done.stderr + done.stdout
    return done


# --- start ---------------------------------------------------------------------------------


@pytest.mark.parametrize("flag", ["--version", "--help"])
@pytest.mark.clock
def test_version_and_help_come_at_once(study_copy, flag):
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        done = study_copy.call(flag)
        seconds.append(time.perf_counter() - start)
        assert done.returncode == 0
    assert (__version__ if flag == "--version" else "check") in done.stdout
    assert min(seconds) < 0.5, seconds


def test_every_verb_has_help(study_copy):
    for verb in ("check", "series", "run", "gap", "report"):
        done = study_copy.call(verb, "--help")
        assert done.returncode == 0
        assert "--json" in done.stdout


# --- exit codes ----------------------------------------------------------------------------


def test_a_run_writes_all_its_files_and_nothing_else(study_copy):
    before = set(study_copy.tree())
    done = without_traceback(study_copy.call(*SMALL, "--as-of", "2024-01-31"))
    assert done.returncode == 0
    new = set(study_copy.tree()) - before
    assert new == {f"reports/2024-01-31/{name}" for name in WRITTEN} | {".kichban.lock"}
    assert "Đã ghi vào" in done.stdout
    # Warnings and contradictions do not make a run fail; each stands on one line.
    assert all(" W-" in line for line in done.stderr.splitlines())


def test_faulty_inputs_give_one(small_study):
    small_study.set_cells("statements.csv", "BG0588", value="315,145")
    for verb in (("check",), SMALL, ("series",)):
        done = without_traceback(small_study.call(*verb))
        assert done.returncode == 1
        assert "E-NUM-002: 315,145" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("frobnicate",), "frobnicate"),
        ((), "Usage"),
        (("run", "--draws", "many"), "--draws"),
        (("run", "--draws", "3"), "--draws"),
        (("run", "--seed", "-1"), "--seed"),
        (("run", "--horizon", "99999"), "--horizon"),
        (("run", "nope"), "E-SCN-901: nope"),
        (("run", "--as-of", "2024-13-01"), "E-DATE-901: 2024-13-01"),
        (("run", "--as-of", "1990-01-01"), "E-ASOF-001: 1990-01-01"),
        (("run", "--set", "land.slip_prak=2"), "--set:land.slip_prak: E-SCN-020"),
        (("run", "--set", "land.slip_park=2,5"), "--set:land.slip_park: E-SCN-048"),
        (("run", "--set", "land.slip_park=99"), "--set:land.slip_park: E-SCN-021"),
        (("check", "--study", "/"), "E-STUDY-001"),
    ],
)  # fmt: skip
def test_a_wrong_call_gives_two_and_writes_nothing(small_study, arguments, words):
    before = small_study.tree()
    done = without_traceback(small_study.call(*arguments))
    assert done.returncode == 2, done.stderr
    assert words in done.stderr + done.stdout
    assert small_study.tree() == before


def test_a_lock_held_by_another_run_gives_three(small_study):
    out = small_study.root / "out"
    with study_lock(small_study.root):
        done = without_traceback(small_study.call("--messages", "en", "series", "--out", out))
    assert done.returncode == 3
    assert "E-LOCK-001: " in done.stderr
    assert "another run is writing into this study" in done.stderr
    assert not out.exists()


def test_a_folder_that_cannot_be_made_gives_three(small_study):
    blocked = small_study.path("study.toml") / "out"
    done = without_traceback(small_study.call("--messages", "en", "series", "--out", blocked))
    assert done.returncode == 3
    assert f"E-DISK-001: {blocked} — the folder cannot be written (Not a directory)" in done.stderr


SWALLOWED = """
import os, signal, sys, time
from kichban.cli.door import exit_codes, listen_for_interrupts
listen_for_interrupts()
with exit_codes():
    try:
        if sys.argv[1] == "interrupt":
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
    except KeyboardInterrupt:
        pass
    raise ImportError("a compiled module made its own error of it")
"""


@pytest.mark.skipif(os.name == "nt", reason="signals differ on Windows")
@pytest.mark.parametrize(("given", "code"), [("interrupt", 130), ("nothing", 3)])
def test_an_interrupt_that_an_import_swallows_still_ends_as_one(tmp_path, given, code):
    done = subprocess.run(
        [sys.executable, "-c", SWALLOWED, given], cwd=tmp_path, capture_output=True, text=True,
        encoding="utf-8", env={**os.environ, "TMPDIR": str(tmp_path)}, check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert ("Đã dừng theo yêu cầu" in done.stderr) == (code == 130)


@pytest.mark.skipif(os.name == "nt", reason="signals differ on Windows")
@pytest.mark.parametrize("wait_for", ["", '"stage": "read"'])
def test_an_interrupted_run_leaves_nothing(study_copy, tmp_path, wait_for):
    log, temporary, out = tmp_path / "log.jsonl", tmp_path / "tmp", study_copy.root / "out"
    temporary.mkdir()
    before = study_copy.tree()
    command = study_copy.command("--log", log, "run", "--draws", 8192, "--no-cache", "--out", out)
    with subprocess.Popen(
        command, cwd=study_copy.root, env=study_copy.environment(TMPDIR=str(temporary)),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        # A job in the background is born deaf to Ctrl-C; a person's terminal is not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as running:  # fmt: skip
        while not (log.exists() and wait_for in log.read_text(encoding="utf-8")):
            assert running.poll() is None
            time.sleep(0.01)
        time.sleep(0.5 if wait_for else 0.05)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=30)
    assert running.returncode == 130, errors
    assert "Đã dừng theo yêu cầu" in errors
    assert "Traceback" not in errors
    assert not out.exists()
    assert list(temporary.iterdir()) == []
    assert study_copy.tree() == before


def test_a_reader_that_leaves_early_is_no_fault(small_study):
    line = " ".join([*small_study.command("series"), "|", "head", "-1"])
    done = subprocess.run(
        line, shell=True, cwd=small_study.root, env=small_study.environment(),
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.stdout.startswith("region,indicator")
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_a_fault_of_the_program_gives_three_and_keeps_its_trace(study_copy, tmp_path):
    breaking = (
        "import sys, kichban.study.study as s, kichban.cli as c\n"
        "def broken(*_): raise RuntimeError('broken inside')\n"
        "s.read_book = broken\n"
        "sys.argv = ['kichban', 'check']\n"
        "c.main()\n"
    )
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", breaking], cwd=study_copy.root,
        env=study_copy.environment(TMPDIR=str(temporary)), capture_output=True, text=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 3
    (trace,) = temporary.iterdir()
    assert str(trace) in without_traceback(done).stderr
    assert "broken inside" in trace.read_text(encoding="utf-8")


# --- what is printed -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [("check", "--json"), ("series", "--json", "--indicator", "iip"), (*SMALL, "--json"),
     ("gap", "baseline", *QUICK, "--json")],
    ids=["check", "series", "run", "gap"],
)  # fmt: skip
def test_json_can_be_read(small_study, arguments):
    done = without_traceback(small_study.call(*arguments))
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document
    if arguments[0] == "check":
        assert {"code", "file", "row", "column", "value", "message"} <= set(document[0])
    if arguments[0] == "series":
        assert {row["indicator"] for row in document["series.csv"]} == {"iip"}


def test_json_of_faulty_inputs_lists_every_fault(small_study):
    small_study.set_cells("statements.csv", "BG0588", value="315,145", unit="ha")
    done = small_study.call("check", "--json")
    assert done.returncode == 1
    codes = [fault["code"] for fault in json.loads(done.stdout)]
    assert {"E-NUM-002", "E-UNIT-001"} <= set(codes)


def test_the_log_is_json_lines_with_stage_and_seconds(small_study, tmp_path):
    log = tmp_path / "log.jsonl"
    done = small_study.call("--log", log, *SMALL)
    assert done.returncode == 0, done.stderr
    # In a pipe no progress is shown.
    assert "\r" not in done.stderr
    entries = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    stages = {entry["stage"]: entry["seconds"] for entry in entries if "stage" in entry}
    assert {"read", "run", "write"} <= set(stages)
    assert all(seconds >= 0 for seconds in stages.values())
    assert all("peak_memory_mb" in entry for entry in entries)


@pytest.mark.parametrize("words", [("vi", "Đầu vào hợp lệ"), ("en", "The inputs are sound")])
def test_vietnamese_comes_out_whatever_the_locale(small_study, words):
    lang, expected = words
    done = small_study.call(
        "--messages", lang, "check",
        LC_ALL="C", LANG="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="ascii",
    )  # fmt: skip
    assert done.returncode == 0
    assert expected in done.stdout


def test_the_language_of_messages_is_the_first_of_the_study(small_study):
    small_study.replace("study.toml", '["vi", "en"]', '["en", "vi"]')
    assert "The inputs are sound" in small_study.call("check").stdout


def test_a_study_is_found_from_a_folder_inside_it(small_study):
    done = subprocess.run(
        small_study.command("check"), cwd=small_study.root / "inputs",
        env=small_study.environment(), capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0


# --- the cache -----------------------------------------------------------------------------


def test_the_cache_changes_no_byte(small_study):
    def run(cache):
        study = open_study(small_study.root, cache)
        return study.run(["baseline"], draws=64).files

    cache = Cache(small_study.cache)
    made, kept, without = run(cache), run(cache), run(Cache(None))
    (result,) = small_study.cache.glob("run-*.zip")
    result.write_bytes(b"not a zip")
    assert made == kept == without == run(cache)


# --- whole or not at all -------------------------------------------------------------------


def test_what_cannot_be_written_whole_is_not_written(tmp_path):
    out = tmp_path / "new" / "out"
    with pytest.raises(MachineError, match="E-DISK-001") as caught:
        write_whole(out, {"a.csv": b"1", "no/such/folder.csv": b"2"})
    assert "nothing was written" in fault_line(caught.value.fault, "en")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_way_is_nobody_s_to_remove(tmp_path):
    deep = tmp_path / "out" / "a.csv"
    deep.mkdir(parents=True)
    (deep / "mine.txt").write_bytes(b"kept")
    with pytest.raises(MachineError, match="E-DISK-002"):
        write_whole(tmp_path / "out", {"b.csv": b"1", "a.csv": b"2"})
    assert (deep / "mine.txt").read_bytes() == b"kept"
    assert not (tmp_path / "out" / "b.csv").exists()


def test_what_stood_there_is_put_back(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.csv").write_bytes(b"old")
    (tmp_path / "out" / "mine.txt").write_bytes(b"kept")

    class Stop(dict):
        def items(self):
            yield "a.csv", b"new"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "out", Stop())
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == {
        "a.csv": b"old", "mine.txt": b"kept",
    }  # fmt: skip
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    write_whole(tmp_path / "out", {"a.csv": b"new"})
    assert (tmp_path / "out" / "a.csv").read_bytes() == b"new"


# --- series ----------------------------------------------------------------------------------


def test_series_as_text_has_a_plot_an_interval_bounds_and_prints(study_copy):
    done = without_traceback(study_copy.call("series", "--indicator", "exports", "--text"))
    assert done.returncode == 0
    year = next(line for line in done.stdout.splitlines() if line.startswith("2020 "))
    assert "●" in year
    assert "[" in year
    assert "BG0422" in year
    assert "80%" in done.stdout


def test_series_overview_has_a_line_a_series_and_says_how_good_it_is(study_copy):
    done = without_traceback(study_copy.call("series", "--text"))
    lines = done.stdout.splitlines()
    assert len(lines) > 100
    assert any("▁" in line and "█" in line for line in lines)
    assert any("Bỏ ra lần lượt từng văn bản" in line for line in lines)


def test_vintages_give_every_print_and_the_moves(study_copy):
    done = without_traceback(study_copy.call("series", "--vintages", "--indicator", "grdp",
                                             "--json"))  # fmt: skip
    found = json.loads(done.stdout)
    quarter = [r["value"] for r in found["vintages.csv"]
               if (r["period"], r["measure"], r["status"]) == ("2024-Q1", "growth_yoy", "estimate")
               and r["region"] == "bac_giang"]  # fmt: skip
    assert quarter == ["14.18", "14.18"]
    assert {r["indicator"] for r in found["revisions.csv"]} == {"grdp"}


def test_words_of_contradictions_stand_in_both_languages(study_copy):
    done = without_traceback(study_copy.call("series", "--json"))
    rows = json.loads(done.stdout)["contradictions.csv"]
    assert all(r["explanation"] and r["explanation_en"] and r["repairs_en"] for r in rows)
