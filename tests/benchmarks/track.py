"""Our track record in the Bank of England's ``forecast-evaluation``, in its own environment.

``python -m tests.benchmarks.track``
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Export the track record of the shipped study and have the package read it."""
    with tempfile.TemporaryDirectory() as folder:
        export = [sys.executable, "-m", "kichban", "backtest", "--export", "--out", folder]
        subprocess.run(export, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        asked = [sys.executable, str(ROOT / "run.py"), "peers", "evaluation"]
        made = subprocess.run(asked, check=True, capture_output=True, text=True)
        python = made.stdout.strip().splitlines()[-1]
        script = Path(__file__).with_name("track_peer.py")
        subprocess.run([python, str(script), folder], check=True)


if __name__ == "__main__":
    main()
