"""The guide to scenario files: every example in it is right."""

from pathlib import Path

import pytest
from scenario_cases import FILE, HEAD

from kichban.catalogue import load_parameters
from kichban.scenario import Known, read_scenarios

GUIDE = Path(__file__).resolve().parents[1] / "model/docs/scenarios.md"
EXAMPLES = [
    part.split("```")[0] for part in GUIDE.read_text(encoding="utf-8").split("```toml\n")[1:]
]
KNOWN = Known(frozenset({"duc_giang", "nghia_hung"}), 2012, 2030, 2024)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.split("\n")[0])
def test_every_example_is_taken(example):
    texts = {FILE: HEAD + example}
    if "[grid]" in example:
        base = HEAD.replace('"x"', '"baseline"')
        texts = {"scenarios/baseline.toml": base, "scenarios/batches/slips.toml": example}
    found, faults = read_scenarios(texts, load_parameters(), (), KNOWN)
    assert not faults
    assert len(found) == (8 if "[grid]" in example else 1)
