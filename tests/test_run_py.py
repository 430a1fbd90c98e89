"""The starter: what makes an environment valid, which commands build it, what it becomes."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "run.py"
WANT = {"python": "p", "source": "s", "requirements.txt": "1", "pyproject.toml": "2"}
WANT_DEV = WANT | {"requirements-dev.txt": "3"}


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_py", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Load a copy of run.py that lives in a folder of its own: the real `.venv` is never near."""
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-peers-toy.txt"):
        (tmp_path / name).write_text(f"{name}==1\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    (tmp_path / "run.py").write_bytes(SOURCE.read_bytes())
    module = load(tmp_path / "run.py")
    assert tmp_path.resolve() == module.ROOT
    for name in module.FOREIGN:  # main drops them: let monkeypatch put them back
        monkeypatch.delenv(name, raising=False)
    return module


@pytest.fixture
def calls(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Record every command of a build; `venv` makes the two programs a build makes."""
    seen: list[tuple[str, ...]] = []

    def call(*command: str) -> bool:
        seen.append(command)
        if "venv" in command:
            for name in ("python", "kichban"):
                path = Path(run.program(Path(command[-1]), name))
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
        return True

    monkeypatch.setattr(run, "call", call)
    monkeypatch.setattr(run, "find_uv", lambda: ())
    return seen


@pytest.fixture
def became(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    seen: list[tuple[str, ...]] = []

    def become(*command: str) -> int:
        seen.append(command)
        return 7

    monkeypatch.setattr(run, "become", become)
    return seen


@pytest.mark.parametrize(
    ("have", "want", "todo"),
    [
        (WANT, WANT, []),
        (WANT_DEV, WANT, []),
        (WANT_DEV, WANT_DEV, []),
        (WANT, WANT_DEV, ["requirements-dev.txt"]),
        (WANT | {"pyproject.toml": "old"}, WANT, ["pyproject.toml"]),
        ({}, WANT, list(WANT)),
        (WANT | {"python": "older"}, WANT, list(WANT)),
        (WANT | {"source": "moved"}, WANT, list(WANT)),
        (WANT | {"requirements.txt": "old"}, WANT, list(WANT)),
        (WANT_DEV | {"requirements-dev.txt": "old"}, WANT_DEV, list(WANT_DEV)),
        ({"requirements-dev.txt": "3"}, WANT_DEV, list(WANT_DEV)),
    ],
)
def test_plan(run: ModuleType, have: dict[str, str], want: dict[str, str], todo: list[str]) -> None:
    assert run.plan(have, want) == todo


def test_pip_commands_name_hashes_and_no_address(run: ModuleType) -> None:
    ensurepip, pins, project = run.install_commands("PY", (), list(WANT))
    assert ensurepip == ["PY", "-m", "ensurepip"]
    assert pins[:4] == ["PY", "-m", "pip", "install"]
    assert pins[-5:] == ["--require-hashes", "--only-binary", ":all:", "-r", "requirements.txt"]
    assert project[-4:] == ["--no-deps", "--no-build-isolation", "-e", "."]
    assert not any("index" in word or "://" in word for word in pins + project)


def test_uv_commands_compile_bytecode(run: ModuleType) -> None:
    pins, project = run.install_commands("PY", ("uv",), list(WANT))
    assert pins[:3] == ["uv", "pip", "install"]
    assert "--compile-bytecode" in pins
    assert "--require-hashes" in pins
    assert pins[pins.index("--python") + 1] == "PY"
    assert project[-4:] == ["--no-deps", "--no-build-isolation", "-e", "."]


def test_peers_do_not_install_the_project(run: ModuleType) -> None:
    commands = run.install_commands("PY", (), ["python", "source", "requirements-peers-toy.txt"])
    assert not any("-e" in command for command in commands)


def test_second_start_builds_nothing_and_passes_arguments_on(
    run: ModuleType, calls: list[tuple[str, ...]], became: list[tuple[str, ...]]
) -> None:
    assert run.main("run", "low", "--set", "a b=1", "--help") == 7
    assert became[-1][1:] == ("run", "low", "--set", "a b=1", "--help")
    assert calls
    calls.clear()
    assert run.main() == 7
    assert became[-1] == (run.program(run.VENV, "kichban"),)
    assert not calls


def test_check_pins_join_and_the_run_verb_stays_valid(
    run: ModuleType, calls: list[tuple[str, ...]], became: list[tuple[str, ...]]
) -> None:
    run.main("check")
    calls.clear()
    run.main("test", "-k", "land")
    assert became[-1][1:] == (str(run.CHECKS), "-k", "land")
    assert not any("venv" in command for command in calls)
    assert any("requirements-dev.txt" in command for command in calls)
    calls.clear()
    run.main("check")
    assert not calls


def test_changed_pins_rebuild(
    run: ModuleType, calls: list[tuple[str, ...]], became: list[tuple[str, ...]]
) -> None:
    run.main("check")
    calls.clear()
    (run.ROOT / "requirements.txt").write_text("x==2\n", encoding="utf-8")
    run.main("check")
    assert "--clear" in calls[0]


def test_missing_program_rebuilds(
    run: ModuleType, calls: list[tuple[str, ...]], became: list[tuple[str, ...]]
) -> None:
    run.main("check")
    calls.clear()
    Path(run.program(run.VENV, "kichban")).unlink()
    run.main("check")
    assert "--clear" in calls[0]


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt, 130), (OSError, 3)])
def test_interrupted_build_leaves_no_stamp(
    run: ModuleType,
    calls: list[tuple[str, ...]],
    became: list[tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
    error: type[BaseException],
    code: int,
) -> None:
    run.main("check")
    usual = run.call

    def break_off(*command: str) -> bool:
        if "pip" in command:
            raise error
        return bool(usual(*command))

    monkeypatch.setattr(run, "call", break_off)
    assert run.main("test") == code
    assert run.read_stamp(run.VENV) == {}


def test_what_uv_cannot_install_pip_may(
    run: ModuleType,
    calls: list[tuple[str, ...]],
    became: list[tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual = run.call
    monkeypatch.setattr(run, "find_uv", lambda: ("uv",))
    monkeypatch.setattr(run, "call", lambda *command: usual(*command) and command[0] != "uv")
    assert run.main("check") == 7
    assert [command[0] == "uv" for command in calls if "-r" in command] == [True, False]


def test_failed_install_is_exit_3(
    run: ModuleType,
    calls: list[tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    usual = run.call
    monkeypatch.setattr(run, "call", lambda *command: usual(*command) and "pip" not in command)
    assert run.main("check") == 3
    out, err = capfd.readouterr()
    assert out == ""
    assert "see the lines above: pip install" in err


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0)])
def test_untested_python_is_refused(
    run: ModuleType,
    calls: list[tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    version: tuple[int, int, int],
) -> None:
    monkeypatch.setattr(
        run, "sys", SimpleNamespace(version_info=version, version="3.x (y)", stderr=sys.stderr)
    )
    assert run.main("check") == 2
    assert "Python 3.11–3.13 needed, not 3.x" in capsys.readouterr().err
    assert not calls


def test_peers(
    run: ModuleType, calls: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main("peers", "other") == 2
    assert "peers toy" in capsys.readouterr().err
    assert run.main("peers", "toy") == 0
    assert capsys.readouterr().out.strip() == run.program(run.ROOT / ".venv-peers-toy", "python")


def test_other_pythons_packages_stay_out(
    run: ModuleType,
    calls: list[tuple[str, ...]],
    became: list[tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in run.FOREIGN:
        monkeypatch.setenv(name, "elsewhere")
    run.main("check")
    assert not set(run.FOREIGN) & set(os.environ)


def test_second_process_waits_for_the_lock(run: ModuleType) -> None:
    code = (
        "import importlib.util as u, sys\n"
        "s = u.spec_from_file_location('run_py', sys.argv[1]); m = u.module_from_spec(s)\n"
        "s.loader.exec_module(m)\n"
        "with m.lock(): print('in')\n"
    )
    with run.lock():
        other = subprocess.Popen(
            [sys.executable, "-c", code, str(run.ROOT / "run.py")], stdout=subprocess.PIPE
        )
        time.sleep(0.6)
        assert other.poll() is None
    out, _ = other.communicate(timeout=30)
    assert out.strip() == b"in"


def test_closing_line_counts_tests_and_checks() -> None:
    checks = load(SOURCE.parent / "tests" / "checks.py")
    codes = [(command, 0) for command in checks.CHECKS]
    assert checks.closing_line(codes, (10, 0, 0)) == "15 passed, 0 failed"
    codes[0] = (codes[0][0], 1)
    assert checks.closing_line(codes, (10, 2, 1)) == "14 passed, 3 failed, 1 skipped"
    broken = [(command, int(command in checks.PYTESTS)) for command in checks.CHECKS]
    assert checks.closing_line(broken, (0, 0, 0)) == "5 passed, 1 failed"
