"""A new scenario file from a commented template, written whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kichban.catalogue import Parameter, Parameters
from kichban.catalogue.parameters import Value
from kichban.errors import Fault, InputError, UsageError
from kichban.files import study_lock, write_whole
from kichban.numbers import canonical_number
from kichban.scenario import SCHEMA_FILE, is_name, nearest, read_scenarios, step_document
from kichban.scenario.edit import table_block
from kichban.scenario.extras import site_of
from kichban.scenario.read.layers import Layer
from kichban.scenario.read.overrides import OVERRIDE, read_overrides
from kichban.scenario.toml_text import toml_value
from kichban.texts import LANGUAGES, Lang, texts_for

if TYPE_CHECKING:
    from kichban.study.study import Study

FOLDER = "scenarios"
#: shares as an example: what they add up to is what matters
_SHARES = '{ "ownership:state" = 0.02, "ownership:non_state" = 0.08, "ownership:fdi" = 0.9 }'


def write_new(
    study: Study, name: str, extends: str, sets: Sequence[tuple[str, str]], lang: Lang
) -> str:
    """Write ``scenarios/NAME.toml`` and give its path from the study.

    Where ``scenario.schema.json`` lies beside it, its first line tells editors so.

    Raises
    ------
    UsageError
        ``E-SCN-902`` for a bad name, ``E-SCN-903`` for one that is taken, ``E-SCN-904`` for a
        parent that is none.
    InputError
        With every fault of `sets` and of the text made with them; nothing is written then.
    """
    file = f"{FOLDER}/{name}.toml"
    if not is_name(name):
        raise UsageError("E-SCN-902", name)
    known, _ = study.scenarios()
    taken = next((s.file for s in known.values() if s.name == name), None)
    if taken or (study.root / file).exists():
        raise UsageError("E-SCN-903", name, other=taken or file)
    if extends and extends not in known:
        raise UsageError("E-SCN-904", extends, **nearest(extends, known))
    _, faults = study.scenarios(sets)
    refuse([f for f in faults if f.file == OVERRIDE])
    said, _ = read_overrides(sets, study.parameters, study.known)
    overlays = sorted(n for n in study.texts if n.startswith(f"{FOLDER}/overlays/"))
    beside = (study.root / FOLDER / SCHEMA_FILE).is_file()
    text = scenario_text(name, extends, said, study.parameters, overlays, lang)
    if beside:
        text = f"#:schema {SCHEMA_FILE}\n{text}"
    texts = {n: t for n, t in study.texts.items() if n.startswith(f"{FOLDER}/")} | {file: text}
    found = read_scenarios(texts, study.parameters, (), study.known)[1]
    # the file was never written, so a line of it tells nobody anything: the call is at fault
    refuse([replace(f, file=OVERRIDE, row=None) for f in found if f.file == file])
    with study_lock(study.root):
        write_whole(study.root / FOLDER, {f"{name}.toml": text.encode("utf-8")})
    return file


def refuse(faults: Sequence[Fault]) -> None:
    """Raise every fault when any of them is an error."""
    if any(f.is_error for f in faults):
        raise InputError(faults)


def scenario_text(
    name: str,
    extends: str,
    said: Layer,
    parameters: Parameters,
    overlays: Sequence[str],
    lang: Lang,
) -> str:
    """Give the text of a new scenario: its settings, and what else may stand there as comments."""
    words = texts_for(lang)
    lines = [
        f"# {words('scenario.new.head')}",
        "format  = 1",
        f'name    = "{name}"',
        f'extends = "{extends}"',
        f"label   = {{ {_both('label', name)} }}",
        f'status  = "draft" # {words("scenario.new.status")}',
        f"story   = {{ {_both('story', name)} }}",
        "sources = []",
        f"# {words('scenario.new.include')}",
        f"# include = [{', '.join(_overlay(o) for o in overlays)}]",
        "",
        *_settings(said.values, parameters, words("scenario.new.set"), lang),
        "",
        f"# {words('scenario.new.path')}",
        '# [path."growth.volume"]',
        '# op = "add"',
        '# shape = "linear"',
        '# anchors = { "2024" = 0.0, "2027" = 0.02 }',
        '# after = "hold"',
        *_blocks({("path", key): step_document(step) for key, step in said.paths.items()}),
        "",
        f"# {words('scenario.new.uncertainty')}",
        "# [uncertainty]",
        '# "growth.wedge" = { dist = "pert", low = 0.0, mode = 0.024, high = 0.05 }',
        "",
        f"# {words('scenario.new.site')}",
        '# [site."ngoc_ly"]',
        "# slip = 2.5",
        '# opens = "2027-Q3"',
        *_blocks(_sites(said)),
        "",
        f"# {words('scenario.new.share')}",
        "# [share.ownership]",
        f'# "2030" = {_SHARES}',
    ]
    return "\n".join(lines) + "\n"


def _blocks(tables: Mapping[tuple[str, ...], Mapping[str, Any]]) -> list[str]:
    """Write tables below one another, each after a blank line."""
    return [line for path, table in tables.items() for line in ("", table_block(path, table))]


def _sites(said: Layer) -> dict[tuple[str, ...], dict[str, Any]]:
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for key, value in said.extras.items():
        name = key.rpartition(".")[2]
        found.setdefault(("site", site_of(key)), {})[name] = value
    return found


def _both(key: str, name: str) -> str:
    said = (f'{lang} = "{texts_for(lang)(f"scenario.new.{key}", name=name)}"' for lang in LANGUAGES)
    return ", ".join(said)


def _overlay(file: str) -> str:
    return f'"{file.removeprefix("scenarios/").removesuffix(".toml")}"'


def _settings(
    values: Mapping[str, Value], parameters: Parameters, said: str, lang: Lang
) -> list[str]:
    lines = [f"# {said}", "[set]", *(f'"{k}" = {toml_value(v)}' for k, v in values.items())]
    for key in parameters.levers:
        parameter = parameters[key]
        if key not in values and isinstance(parameter.default, float):
            lines.append(_lever(parameter, parameter.default, lang))
    return lines


def _lever(parameter: Parameter, default: float, lang: Lang) -> str:
    low, high = (canonical_number(b) for b in parameter.error_bounds)
    about = f"{parameter.label[lang]} ({parameter.unit_label[lang]}; {low} … {high})"
    return f'# "{parameter.key}" = {canonical_number(default)} # {about}'
