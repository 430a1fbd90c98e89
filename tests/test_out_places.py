"""Where ``--out`` may lead: never over inputs, to a folder or a file as the verb wants."""

import os

import pytest

from kichban.errors import MachineError, UsageError
from kichban.files import folder_lock
from kichban.study import open_study
from kichban.study.places import refuse_own
from kichban.texts import fault_line

#: verbs that write a folder, and those that write a file
FOLDERS = [
    ("series",), ("run", "baseline"), ("report",), ("gap", "baseline"), ("compare",),
    ("seek", "T010"), ("sensitivity",), ("backtest",),
]  # fmt: skip
FILES = [
    (("export", "--iamc"), "x.csv"), (("form", "out", "sites"), "x.xlsx"),
    (("scenario", "schema"), "x.json"), (("forecast", "inputs/sources.csv", "--freq", "Y"), "x"),
]  # fmt: skip


@pytest.fixture
def call(study_copy, monkeypatch):
    """Call the command line in a copy of the study, in one process; nothing may be written."""
    from typer.testing import CliRunner

    from kichban.cli import app

    monkeypatch.chdir(study_copy.root)
    before = study_copy.tree()

    def refused(*words: object) -> str:
        done = CliRunner().invoke(app, [str(w) for w in words])
        assert isinstance(done.exception, UsageError), (words, done.output, done.exception)
        assert study_copy.tree() == before
        return fault_line(done.exception.fault, "en")

    return refused


@pytest.mark.parametrize("verb", FOLDERS)
def test_no_folder_of_results_is_one_of_inputs(call, verb):
    for out in ("inputs", "inputs/deep/er", "scenarios", "reports/../scenarios/batches"):
        said = call(*verb, "--out", out)
        part = "inputs/" if out.startswith("inputs") else "scenarios/"
        assert said == (
            f"E-OUT-901: {out} — this belongs to the inputs of a study ({part}), where no result "
            "is written — choose another place with --out, such as one in reports/; nothing was "
            "written"
        )
    assert "(study.toml)" in call(*verb, "--out", "study.toml")


@pytest.mark.parametrize("verb", FOLDERS)
def test_a_file_is_no_folder_of_results(call, study_copy, verb):
    study_copy.path("reports").mkdir(exist_ok=True)
    out = study_copy.root.parent / "notes.txt"
    out.write_text("kept", encoding="utf-8")
    said = call(*verb, "--out", out)
    assert said == (
        f"E-OUT-902: {out} — this is a file; --out of this command is a folder — name a folder, "
        f"such as {out.parent / 'notes-results'}; nothing was written"
    )
    assert out.read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize(("verb", "name"), FILES)
def test_no_file_of_results_lies_among_inputs(call, verb, name):
    assert "(inputs/), where no result" in call(*verb, "--out", f"inputs/{name}")
    assert "(inputs/), where no result" in call(*verb, "--out", "inputs/targets.toml")
    assert "(scenarios/), where no result" in call(*verb, "--out", "scenarios/high.toml")
    assert "(study.toml), where no result" in call(*verb, "--out", "study.toml")


@pytest.mark.parametrize(("verb", "name"), FILES[:3])
def test_a_folder_is_no_file_of_results(call, tmp_path, verb, name):
    said = call(*verb, "--out", tmp_path)
    assert said.startswith(
        f"E-OUT-903: {tmp_path} — this is a folder; --out of this command is a file — name a file, "
        f"such as {tmp_path}{os.sep}"
    )
    # a folder of inputs is one of inputs first
    assert call(*verb, "--out", "inputs").startswith("E-OUT-901: inputs")


def test_the_schema_alone_may_go_beside_the_scenarios(study_copy):
    out = study_copy.path("scenarios/scenario.schema.json")
    assert study_copy.call("scenario", "schema", "--out", out).returncode == 0
    assert out.exists()


def test_the_command_line_gives_two_in_both_languages(small_study):
    before = small_study.tree()
    done = small_study.call("series", "--out", "inputs")
    assert done.returncode == 2
    assert "đây là chỗ của đầu vào một nghiên cứu (inputs/)" in done.stderr
    done = small_study.call("--messages", "en", "series", "--out", "study.toml")
    assert done.returncode == 2
    assert small_study.tree() == before


def test_links_and_other_studies_are_seen_through(study_copy, tmp_path):
    link = tmp_path / "elsewhere"
    link.symlink_to(study_copy.path("inputs"), target_is_directory=True)
    moved = tmp_path / "moved"
    study_copy.path("scenarios").rename(moved)
    study_copy.path("scenarios").symlink_to(moved, target_is_directory=True)
    for out in (link / "a.csv", study_copy.path("scenarios"), study_copy.path("scenarios/a")):
        with pytest.raises(UsageError, match="E-OUT-901"):
            refuse_own(out)
    for out in (tmp_path / "inputs", tmp_path / "study.toml", study_copy.path("reports/inputs")):
        refuse_own(out)


def test_a_run_in_python_does_not_write_among_inputs(shipped_run):
    for name in ("inputs/sources.csv", "scenarios/a.csv"):
        with pytest.raises(UsageError, match="E-OUT-901"):
            shipped_run.to_iamc(shipped_run.study.root / name)


# --- the lock ----------------------------------------------------------------------------------


def test_results_outside_a_study_leave_the_study_alone(small_study, tmp_path):
    before = small_study.tree()
    open_study(small_study.root).write({"a.csv": b"a\n"}, tmp_path / "new" / "out")
    assert small_study.tree() == before
    assert [p.name for p in (tmp_path / "new" / "out").iterdir()] == ["a.csv"]
    open_study(small_study.root).write({"a.csv": b"a\n"}, small_study.path("reports"))
    assert ".kichban.lock" in small_study.tree()


def test_one_run_at_a_time_writes_into_a_folder(small_study, tmp_path):
    out = tmp_path / "out"
    with folder_lock(out), pytest.raises(MachineError, match="E-LOCK-002") as caught:
        open_study(small_study.root).write({"a.csv": b"a\n"}, out)
    assert "another run is writing into this folder" in fault_line(caught.value.fault, "en")
    assert not out.exists(), "nothing was written, so nothing stays"


def test_a_folder_that_cannot_be_made_is_named(small_study, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(MachineError, match="E-DISK-001") as caught:
        open_study(small_study.root).write({"a.csv": b"a\n"}, tmp_path / "file" / "out")
    assert caught.value.fault.value == str(tmp_path / "file" / "out")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="rights differ there")
def test_a_study_that_may_only_be_read_can_be_run(small_study, tmp_path):
    small_study.root.chmod(0o555)
    try:
        done = small_study.call("series", "--out", tmp_path / "out")
    finally:
        small_study.root.chmod(0o755)
    assert done.returncode == 0, done.stderr
