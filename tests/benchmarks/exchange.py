"""Our exchange files in pyam and xarray, in an environment of their own.

``python -m tests.benchmarks.exchange``
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ("baseline", "low", "high")
FILES = {
    "wide.csv": ("--iamc", "--targets"),
    "long.csv": ("--iamc", "--targets", "--long"),
    "quarters.csv": ("--iamc", "--quarterly", "--long"),
    "book.xlsx": ("--iamc", "--quarterly", "--sites", "--targets"),
    "draws.parquet": ("--parquet", "--samples", "industrial_output", "--samples", "ccn_leased"),
    "draws.nc": ("--netcdf", "--samples", "industrial_output", "--samples", "ccn_leased"),
}


def main() -> None:
    """Export the shipped study in every format and have the peers read it."""
    draws = sys.argv[1] if len(sys.argv) > 1 else "1024"
    with tempfile.TemporaryDirectory() as folder:
        for name, flags in FILES.items():
            export = [sys.executable, "-m", "kichban", "export", *SCENARIOS, *flags]
            export += ["--draws", draws, "--out", str(Path(folder) / name)]
            done = subprocess.run(export, cwd=ROOT, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.exit(done.stderr)
        asked = [sys.executable, str(ROOT / "run.py"), "peers", "exchange"]
        made = subprocess.run(asked, check=True, capture_output=True, text=True)
        python = made.stdout.strip().splitlines()[-1]
        script = Path(__file__).with_name("exchange_peer.py")
        subprocess.run([python, str(script), folder], check=True)


if __name__ == "__main__":
    main()
