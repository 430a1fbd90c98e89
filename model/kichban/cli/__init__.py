"""The command line: parse, call, print."""

from __future__ import annotations

import sys

from kichban.cli.commands import app
from kichban.cli.door import exit_codes, listen_for_interrupts

__all__ = ["app", "main"]


def main() -> None:
    """Run the program."""
    for stream in (sys.stdout, sys.stderr):
        # Vietnamese must come out whatever the locale of the terminal is.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    listen_for_interrupts()
    with exit_codes():
        app(standalone_mode=True)
