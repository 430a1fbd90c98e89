#!/usr/bin/env python3
"""Make the environment if it is not there, then be ``kichban``.

``python3 run.py VERB …`` builds ``.venv`` from the hash pins once and becomes ``kichban VERB …``.
``python3 run.py test [ARGS]`` runs every check; with ARGS only pytest, which gets them.
``python3 run.py peers NAME`` builds ``.venv-peers-NAME`` and prints the path of its Python.
Standard library only; slow modules are imported where a build needs them.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)  # the tested versions
ROOT = Path(__file__).resolve().parent
VENV, CHECKS = ROOT / ".venv", ROOT / "tests" / "checks.py"
RUN_PINS, DEV_PINS, PROJECT = "requirements.txt", "requirements-dev.txt", "pyproject.toml"
STAMP = "kichban-stamp.txt"
FOREIGN = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")  # other Pythons'


def say(words: str) -> None:
    """Tell on stderr what is going on: the output belongs to the verb."""
    print(f"run.py: {words}", file=sys.stderr, flush=True)


def program(venv: Path, name: str) -> str:
    """Path of an executable inside an environment."""
    return str(venv / "Scripts" / f"{name}.exe" if os.name == "nt" else venv / "bin" / name)


def call(*command: str) -> bool:
    """Run one command of a build, its complaints on stderr, and return whether it succeeded."""
    import subprocess

    # close_fds=False hands the lock on: should run.py be killed, it lasts until the installer ends.
    return subprocess.call(command, cwd=ROOT, stdout=subprocess.DEVNULL, close_fds=False) == 0


def wanted(parts: Sequence[str]) -> dict[str, str]:
    """Describe the environment made by this Python, for this folder, from these files."""
    python = f"{sys.implementation.name} {sys.version.split()[0]} {sys.platform}"
    sums = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in parts}
    return {"python": python, "source": str(ROOT), **sums}


def read_stamp(venv: Path) -> dict[str, str]:
    """Read what an environment was made from; empty if it was never finished or is broken."""
    try:
        lines = (venv / STAMP).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    have = dict(line.split(" ", 1) for line in lines if " " in line)
    return have if Path(program(venv, "kichban" if PROJECT in have else "python")).exists() else {}


def plan(have: Mapping[str, str], want: Mapping[str, str]) -> list[str]:
    """List what is to be installed: nothing, what can join in place, or all of a new one."""
    # Check pins may join the run pins; the project is installed anew when pyproject.toml changed.
    changed = [key for key in want if have.get(key) != want[key]]
    added = [key for key in changed if key == PROJECT or (key == DEV_PINS and key not in have)]
    return changed if changed == added else list(want)


def find_uv() -> tuple[str, ...]:
    """Return the words that start uv; none where there is no uv."""
    from importlib.util import find_spec
    from shutil import which

    path = which("uv")
    return (path,) if path else (sys.executable, "-m", "uv") if find_spec("uv") else ()


def install_commands(python: str, uv: Sequence[str], parts: Sequence[str]) -> list[list[str]]:
    """Command lines for uv or the environment's pip; the index is the user's setting, not ours."""
    install = [*uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python]
    if not uv:  # which compiles on one core only: `build` does it after pip
        install = [python, "-m", "pip", "install", "--quiet", "--no-input", "--no-compile"]
    commands = [] if uv else [[python, "-m", "ensurepip"]]
    if pins := [word for name in parts if name.endswith(".txt") for word in ("-r", name)]:
        commands.append([*install, "--require-hashes", "--only-binary", ":all:", *pins])
    if PROJECT in parts:
        commands.append([*install, "--no-deps", "--no-build-isolation", "-e", "."])
    return commands


def seize(descriptor: int) -> bool:
    """Take the lock if it is free; the system frees it with the process."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:  # on a disk that knows no locks, better to build than never to start
        return not isinstance(error, (BlockingIOError, PermissionError))
    return True


@contextmanager
def lock() -> Iterator[None]:
    """Let one run.py of this folder build at a time; the others wait."""
    with Path(__file__).open("rb") as handle:
        os.set_inheritable(handle.fileno(), True)  # noqa: FBT003 - has no keyword
        handle.seek(1 << 30)  # Windows forbids others to read what is locked: lock past the end
        while not seize(handle.fileno()):
            time.sleep(0.2)
        yield


def build(venv: Path, want: Mapping[str, str]) -> None:
    """Install what `plan` lists; the stamp goes first and comes back last."""
    have = read_stamp(venv)
    todo = plan(have, want)
    if not todo:  # whoever was waited for has built it
        return
    (venv / STAMP).unlink(missing_ok=True)
    if todo == list(want):
        have = {}
        # The base Python, for the running one may be of the very environment that is cleared.
        base = getattr(sys, "_base_executable", None) or sys.executable
        if not call(base, "-m", "venv", "--clear", "--without-pip", str(venv)):
            raise OSError("python -m venv")
        (venv / ".gitignore").write_text("*\n", encoding="utf-8")
    python = program(venv, "python")
    ways = dict.fromkeys((find_uv(), ()))  # what uv cannot install, pip may
    if not any(all(call(*line) for line in install_commands(python, uv, todo)) for uv in ways):
        raise OSError("pip install")
    sources = [str(venv), str(ROOT / "model")]  # what does not compile is the verb's to report
    call(python, "-m", "compileall", "-q", "-j", "0", *sources)
    if PROJECT in want:
        call(python, "-c", "from kichban.land import warm_up; warm_up()")
    lines = [f"{key} {value}\n" for key, value in {**have, **want}.items()]
    (venv / STAMP).write_text("".join(lines), encoding="utf-8")


def ensure(venv: Path, *parts: str) -> None:
    """Return when `venv` holds `parts`: at once if its stamp says so, else after building."""
    want = wanted(parts)
    if plan(read_stamp(venv), want):
        say(f"dựng {venv.name}, một lần, vài phút / building {venv.name}, once, some minutes")
        with lock():
            build(venv, want)


def become(*command: str) -> int:
    """Be another program: this process on POSIX, its patient parent on Windows."""
    if os.name != "nt":
        os.execv(command[0], command)
    import signal
    import subprocess

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the verb's to answer
    return subprocess.call(command)


def peers(*names: str) -> int:
    """Make the environment of one group of peers and print the path of its Python."""
    pins = {path.stem.split("-", 2)[2]: path.name for path in ROOT.glob("requirements-peers-*.txt")}
    if len(names) != 1 or names[0] not in pins:
        say(f"peers {'|'.join(sorted(pins))}")
        return 2
    venv = ROOT / f".venv-peers-{names[0]}"
    ensure(venv, pins[names[0]])
    print(program(venv, "python"))
    return 0


def main(*arguments: str) -> int:
    """Build what the verb needs and be it; the exit code is the verb's own."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        say(f"cần Python 3.11–3.13 / Python 3.11–3.13 needed, not {sys.version.split()[0]}")
        return 2
    for name in FOREIGN:
        os.environ.pop(name, None)
    try:
        if arguments[:1] == ("peers",):
            return peers(*arguments[1:])
        if arguments[:1] == ("test",):
            ensure(VENV, RUN_PINS, DEV_PINS, PROJECT)
            return become(program(VENV, "python"), str(CHECKS), *arguments[1:])
        ensure(VENV, RUN_PINS, PROJECT)
        return become(program(VENV, "kichban"), *arguments)
    except OSError as error:
        say(f"không xong, xem các dòng trên / failed, see the lines above: {error}")
        return 3
    except KeyboardInterrupt:
        say("đã dừng, lần sau dựng lại / interrupted, will be built anew")
        return 130


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
