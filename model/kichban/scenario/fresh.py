"""A new scenario file, with comments that say what its tables are for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kichban.catalogue import Parameters
from kichban.scenario.document import SECTIONS, Document, Section
from kichban.scenario.edit import setting_text, table_block
from kichban.scenario.read.schema import FORMAT
from kichban.scenario.toml_text import long_text, toml_key, toml_value
from kichban.texts import Lang, Texts, texts_for


def write_document(wanted: Document, parameters: Parameters, lang: Lang) -> str:
    """Write a scenario file that says `wanted`; numbers keep their last bit."""
    text = texts_for(lang)
    lines = [f"# {text('form.toml.head')}", f"format = {FORMAT}", *_head(wanted["head"])]
    for section in SECTIONS:
        if wanted.get(section.name):
            lines += ["", f"# {text(f'form.toml.{section.name}')}"]
            lines += _section(section, wanted[section.name], parameters, text)
    return "\n".join(lines) + "\n"


def _head(head: Mapping[str, Any]) -> list[str]:
    lines = []
    for name in ("name", "extends", "include"):
        if head.get(name) is not None and (head[name] or name != "include"):
            lines.append(f"{name} = {toml_value(head[name])}")
    label = {lang: head[f"label.{lang}"] for lang in ("vi", "en") if head.get(f"label.{lang}")}
    if label:
        lines.append(f"label = {toml_value(label)}")
    if head.get("status"):
        lines.append(f"status = {toml_value(head['status'])}")
    stories = (lang for lang in ("vi", "en") if head.get(f"story.{lang}"))
    lines += [f"story.{lang} = {long_text(head[f'story.{lang}'])}" for lang in stories]
    if head.get("sources") is not None:
        lines.append(f"sources = {toml_value(head['sources'])}")
    return lines


def _section(section: Section, value: Any, parameters: Parameters, text: Texts) -> list[str]:
    if section.layout == "keys":
        return [f"[{section.path[0]}]", f"{section.path[1]} = {toml_value(value)}"]
    if section.layout == "pairs":
        blocks = (table_block(section.path, pair).replace("]", "]]", 1) for pair in value)
        return ["", *"\n\n".join(f"[{block}" for block in blocks).split("\n")][1:]
    lines: list[str] = []
    if section.name == "path" or section.layout == "tables":
        for key, table in value.items():
            block = table_block((*section.path, key), table).split("\n")
            lines += [*([""] if lines else []), f"{block[0]}{_what(key, parameters, text)}"]
            lines += block[1:]
        return lines
    lines = [f"[{section.path[0]}]"]
    for key, one in value.items():
        lines.append(f"{toml_key(key)} = {setting_text(one)}{_what(key, parameters, text)}")
    return lines


def _what(key: str, parameters: Parameters, text: Texts) -> str:
    """Say in a comment what a parameter is and in which unit."""
    if key not in parameters:
        return ""
    one = parameters[key]
    return f"  # {one.label[text.lang]} ({one.unit_label[text.lang]})"
