"""The command line: parse, call, print."""

from __future__ import annotations

import sys

from kichban.cli.commands import app
from kichban.cli.door import exit_codes, listen_for_interrupts
from kichban.cli.export import export
from kichban.cli.form import app as form_app
from kichban.cli.migrate import migrate
from kichban.cli.scenario import scenario_app
from kichban.cli.sensitivity import sensitivity

__all__ = ["app", "main"]

app.command()(export)
app.command()(migrate)
app.add_typer(scenario_app)
app.add_typer(form_app, name="form")
app.command()(sensitivity)


def main() -> None:
    """Run the program."""
    for stream in (sys.stdout, sys.stderr):
        # Vietnamese must come out whatever the locale of the terminal is.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    listen_for_interrupts()
    with exit_codes():
        app(standalone_mode=True)
