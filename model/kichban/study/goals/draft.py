"""What was found, kept as a draft scenario of the study."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kichban.errors import InputError, UsageError
from kichban.scenario import read_scenarios
from kichban.study.goals.levers import scenario_text
from kichban.study.goals.seek import SeekResult
from kichban.study.goals.view import goal, percent
from kichban.texts import LANGUAGES, texts_for

if TYPE_CHECKING:
    from kichban.study.study import Study

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def check_draft_name(study: Study, name: str) -> None:
    """Refuse a name that is none, or taken: no scenario is written over.

    Raises
    ------
    UsageError
        ``E-SEEK-018`` for a name that no scenario may have, ``E-SEEK-019`` for one that exists.
    """
    if not _NAME.fullmatch(name):
        raise UsageError("E-SEEK-018", name)
    if name in study.scenarios()[0] or (study.root / "scenarios" / f"{name}.toml").exists():
        raise UsageError("E-SEEK-019", name)


def draft_files(study: Study, result: SeekResult, name: str) -> dict[str, bytes]:
    """Give the file of a draft scenario that makes the change of least effort.

    Raises
    ------
    UsageError
        ``E-SEEK-020`` where nothing was found, or nothing is needed.
    """
    settings = result.settings
    if not settings:
        raise UsageError("E-SEEK-020", name, target=result.target.id)
    parent = result.scenario
    label, story = {}, {}
    for lang in LANGUAGES:
        said = {
            "target": result.target.id, "parent": parent.label[lang],
            "value": goal(result.target, lang), "wanted": percent(result.probability, lang),
        }  # fmt: skip
        words = texts_for(lang)
        label[lang] = words("seek.draft.label", **said)
        story[lang] = words("seek.draft.story", **said)
    text = scenario_text(name, parent.name, label, story, settings)
    file = f"scenarios/{name}.toml"
    known = {k: v for k, v in study.texts.items() if k.startswith("scenarios/")}
    _, faults = read_scenarios({**known, file: text}, study.parameters)
    own = [f for f in faults if f.file == file and f.is_error]
    if own:
        raise InputError(own)
    return {f"{name}.toml": text.encode("utf-8")}
