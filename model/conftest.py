"""What doctests find: ``study``, the shipped one, and ``run``, two scenarios in few draws."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

NAMES = ("study", "run")


@pytest.fixture(scope="session")
def doctest_study() -> Any:
    """Open the shipped study without a cache."""
    from kichban.study import Cache, open_study

    return open_study(Path(__file__).resolve().parents[1], Cache(None))


@pytest.fixture(scope="session")
def doctest_run(doctest_study: Any) -> Any:
    """Run two scenarios once for all examples."""
    return doctest_study.run(["baseline", "low"], draws=128, seed=1)


@pytest.fixture(autouse=True)
def _names_of_examples(
    request: pytest.FixtureRequest, doctest_namespace: dict[str, Any]
) -> Iterator[None]:
    """Give an example the study and the run that it speaks of, and close what it drew."""
    shown = getattr(request.node, "dtest", None)
    source = "".join(example.source for example in shown.examples) if shown else ""
    used = [name for name in NAMES if re.search(rf"\b{name}\.", source)]
    for name in used:
        doctest_namespace[name] = request.getfixturevalue(f"doctest_{name}")
    yield
    if plt := sys.modules.get("matplotlib.pyplot"):
        plt.close("all")
