"""Take in a filled form: what it is, what it changes, every fault; then written whole or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import PurePosixPath
from types import MappingProxyType

from kichban.catalogue import Parameters
from kichban.errors import Fault, InputError, UsageError
from kichban.files import sha256, write_whole
from kichban.form import Form, Reading, identify, read_form
from kichban.form.values import Label, both
from kichban.scenario import Scenario, read_scenarios
from kichban.scenario.document import SECTIONS, other_tables, read_document
from kichban.scenario.read.schema import OVERLAYS
from kichban.scenario.words import entry_label
from kichban.study.forms.inputs import TABLES, input_form
from kichban.study.forms.part import Around, Notes
from kichban.study.forms.scenario import NAME, document_of, scenario_form
from kichban.study.forms.taken import Change, csv_of, join_rows, lines_of
from kichban.study.study import Study
from kichban.texts import Lang

FORMS = (NAME, *TABLES)
#: part of the file's digest that the form carries
_DIGEST = 16


@dataclass(frozen=True, slots=True)
class Taken:
    """What a form comes to: the new bytes of one file, the values that change, and warnings."""

    form: str
    file: str
    data: bytes
    changes: tuple[Change, ...]
    faults: tuple[Fault, ...] = field(default=())


def make_form(
    study: Study, name: str, subject: str = "", *, blank: int = 20, filled: bool = True
) -> Form:
    """Give a form of the study: its tables, or one scenario.

    Raises
    ------
    UsageError
        ``E-FORM-903`` for an unknown form, ``E-FORM-904`` for an unknown scenario, ``E-FORM-905``
        for a name beside a table, of which there is one only.
    InputError
        When the scenario's own file is at fault: a form would lose what cannot be read.
    """
    if name in TABLES:
        if subject:
            raise UsageError("E-FORM-905", subject, form=name)
        return input_form(name, study.book, blank=blank, filled=filled)
    if name != NAME:
        raise UsageError("E-FORM-903", name, **_near(name, FORMS))
    file = scenario_file(study, subject)
    text = study.texts[file]
    errors = [f for f in study.scenarios()[1] if f.is_error and f.file == file]
    if errors:
        raise InputError(errors)
    document = read_document(text, study.parameters)
    return scenario_form(subject, document, around(study, file), _mark(text))


def form_warnings(study: Study, form: Form) -> tuple[Fault, ...]:
    """Say what of a scenario has no place in its form."""
    if form.name != NAME:
        return ()
    file = scenario_file(study, form.subject)
    others = other_tables(study.texts[file])
    return (Fault("W-FORM-010", file, None, "", ", ".join(others)),) if others else ()


def scenario_file(study: Study, name: str) -> str:
    """Give the file of a scenario or overlay.

    Raises
    ------
    UsageError
        ``E-FORM-904`` when there is none of that name.
    """
    files = {s.name: s.file for s in study.scenarios()[0].values()}
    for file in study.texts:
        if file.startswith(OVERLAYS):
            files[f"overlays/{PurePosixPath(file).stem}"] = file
    if name not in files:
        raise UsageError("E-FORM-904", name, **_near(name, tuple(files)))
    return files[name]


def around(study: Study, file: str) -> Around:
    """Give what a scenario's form shows besides the file itself."""
    known, _ = study.scenarios()
    own = next((s for s in known.values() if s.file == file), None)
    labels = {name: s.label for name, s in known.items() if name != (own.name if own else "")}
    inherited = None
    if own is not None:
        bare = {n: t for n, t in study.texts.items() if n.startswith("scenarios/")}
        bare[file] = _head_only(bare[file])
        inherited = read_scenarios(bare, study.parameters)[0].get(own.name)
    targets = tuple(t.id for t in study.book.targets)
    sites = {site.id: both(site.name_vi, site.name) for site in study.book.sites}
    return Around(
        study.parameters, inherited, labels, targets, file.startswith(OVERLAYS),
        MappingProxyType(sites), _entries(known.values(), sites, study.parameters),
    )  # fmt: skip


def _entries(
    scenarios: Iterable[Scenario], sites: Mapping[str, Label], parameters: Parameters
) -> Mapping[str, Label]:
    """Name what scenarios say of sites and shares: a later one may put it back."""
    keys = sorted({key for scenario in scenarios for key in scenario.extras})
    return MappingProxyType({key: entry_label(key, sites, parameters) for key in keys})


def _head_only(text: str) -> str:
    """Give a scenario's file without its tables: what it inherits is then all it has."""
    import tomllib

    from kichban.files import toml_bytes

    settings = {*(section.path[0] for section in SECTIONS), *other_tables(text)}
    table = {k: v for k, v in tomllib.loads(text).items() if k not in settings}
    return toml_bytes(table).decode("utf-8")


def take_form(study: Study, name: str, data: bytes) -> Taken:
    """Read a filled form and give what it would change; nothing is written.

    Parameters
    ----------
    name
        File name of the workbook, for faults.

    Raises
    ------
    InputError
        With every fault of the form and every fault the study would have with it.
    """
    identity, faults = identify(name, data)
    if identity is None:
        raise InputError(faults)
    if identity.form in TABLES:
        return _take_table(study, name, data, identity.form, identity.lang)
    if identity.form == NAME:
        return _take_scenario(study, name, data, identity.subject)
    detail = {"expected": ", ".join(FORMS)}
    raise InputError([Fault("E-FORM-009", name, value=identity.form, detail=detail)])


def write_taken(study: Study, taken: Taken) -> None:
    """Write what a form comes to; the caller holds the study's lock."""
    path = study.root / taken.file
    write_whole(path.parent, {path.name: taken.data})


# --- tables of the inputs ------------------------------------------------------------------


def _take_table(study: Study, name: str, data: bytes, form: str, lang: Lang) -> Taken:
    table = TABLES[form]
    schema = input_form(form, study.book, blank=0, filled=False)
    reading = read_form(name, data, schema)
    _refuse(reading.faults)
    sheet, text = schema.sheets[0], study.texts.get(table.file)
    joined = join_rows(table, text, sheet, reading.sheets[sheet.name], name, lang)
    new = csv_of(table, joined.rows).decode("utf-8")
    rows = {line: at for at, line in enumerate(lines_of(new))}

    def moved(fault: Fault) -> Fault:
        row = joined.origins.get(rows.get(fault.row or 0, -1))
        place = row.places.get(fault.column) if row else None
        if fault.file != table.file or place is None:
            return fault
        head = sheet.field(fault.column)
        label = f" ({head.label[lang]})" if head else ""
        return replace(fault, file=name, row=None, column=f"{place}{label}")

    found = (*reading.faults, *joined.faults)
    changed = bool(joined.changes)
    if changed:
        found += tuple(map(moved, _new_faults(study, {table.file: new})))
    _refuse(found)
    kept = new.encode("utf-8") if changed or text is None else (text or "").encode("utf-8")
    return Taken(form, table.file, kept, tuple(joined.changes), tuple(found))


# --- scenarios -----------------------------------------------------------------------------


def _take_scenario(study: Study, name: str, data: bytes, subject: str) -> Taken:
    overlay = subject.startswith("overlays/")
    known = {*study.scenarios()[0], *_overlays(study)}
    base = scenario_file(study, subject) if subject in known else ""
    text = _raw_text(study, base) if base else ""
    shown = around(study, base)
    shown = replace(shown, overlay=overlay)
    empty = read_document(text, study.parameters)
    schema = scenario_form(subject, empty, shown)
    reading = read_form(name, data, schema)
    _refuse(reading.faults)
    notes = Notes(name, reading.identity.lang if reading.identity else "vi")
    wanted = document_of(reading.sheets, shown, notes)
    stated = str(wanted["head"].get("name") or subject.removeprefix("overlays/"))
    file = base
    if not base or (not overlay and stated != subject):
        file = f"scenarios/{'overlays/' if overlay else ''}{stated}.toml"
        if file in study.texts or stated in known:
            place = notes.places.get("name", "")
            detail = {"subject": subject}
            notes.faults.append(Fault("E-FORM-043", name, None, place, stated, detail))
    found = [*reading.faults, *notes.faults, *_stale(reading, text, base)]
    _refuse(found)
    new = _new_text(study, file, base, text, wanted, notes.lang)
    before = read_document(text, study.parameters) if file == base else None
    changes = scenario_changes(before, read_document(new, study.parameters), notes.places)
    others = other_tables(text) if base else ()
    if others and file == base:
        found.append(Fault("W-FORM-010", file, None, "", ", ".join(others)))

    def moved(fault: Fault) -> Fault:
        place = _place_of(fault.column, notes.places)
        if fault.file != file or not place:
            return fault
        return replace(fault, file=name, row=None, column=f"{place} ({fault.column})")

    if changes:
        found += [moved(f) for f in _new_faults(study, {file: new})]
    _refuse(found)
    return Taken(NAME, file, new.encode("utf-8"), changes, tuple(found))


def _new_text(
    study: Study, file: str, base: str, text: str, wanted: dict[str, object], lang: Lang
) -> str:
    from kichban.scenario import edit_document, write_document
    from kichban.scenario.toml_text import UneditableError

    if file != base:
        return write_document(wanted, study.parameters, lang)
    try:
        return edit_document(text, wanted, study.parameters)
    except UneditableError as error:
        detail = {"table": str(error)}
        raise InputError([Fault("E-FORM-044", file, None, str(error), "", detail)]) from None


def scenario_changes(
    before: Mapping[str, object] | None, after: Mapping[str, object], places: Mapping[str, str]
) -> tuple[Change, ...]:
    """Compare two documents value by value."""
    from kichban.scenario.document import unchanged

    old, new = _leaves(before or {}), _leaves(after)
    return tuple(
        Change(_place_of(key, places), key, "", _shown(old.get(key)), _shown(new.get(key)))
        for key in dict.fromkeys([*old, *new])
        if (key in old) != (key in new) or not unchanged(old[key], new[key])
    )


def _leaves(table: object, prefix: str = "") -> dict[str, object]:
    if prefix and not isinstance(table, Mapping):
        return {} if table in ([], "") else {prefix: table}
    found: dict[str, object] = {}
    for name, value in table.items() if isinstance(table, Mapping) else ():
        inner = name if not prefix and name == "head" else f"{prefix}.{name}" if prefix else name
        found |= _leaves(value, inner.removeprefix("head."))
    return found


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return " ".join(value.split())
    from kichban.scenario.toml_text import toml_value

    return toml_value(value)


def _place_of(column: str, places: Mapping[str, str]) -> str:
    """Give the cell of a key, or of the nearest thing around it."""
    parts = column.split(".")
    for length in range(len(parts), 0, -1):
        if place := places.get(".".join(parts[:length])):
            return place
    return ""


def _stale(reading: Reading, text: str, base: str) -> list[Fault]:
    digest = reading.identity.digest if reading.identity else ""
    return [Fault("W-FORM-008", base)] if base and digest not in ("", _mark(text)) else []


def _mark(text: str) -> str:
    return sha256(text.replace("\r\n", "\n").encode("utf-8"))[:_DIGEST]


def _raw_text(study: Study, file: str) -> str:
    """Read a file as it is, so that what is not changed stays to the byte."""
    return (study.root / file).read_bytes().decode("utf-8")


def _overlays(study: Study) -> list[str]:
    return [
        f"overlays/{PurePosixPath(file).stem}" for file in study.texts if file.startswith(OVERLAYS)
    ]


# --- faults ----------------------------------------------------------------------------------


def _new_faults(study: Study, changed: Mapping[str, str]) -> list[Fault]:
    """Give the faults that the study has with changed files and did not have before."""
    before = Counter(map(_sort, study.check()))
    fresh = replace(study)
    # what the folder would hold; nothing is read from it anew
    fresh.__dict__["texts"] = {**study.texts, **changed}
    after = fresh.check()
    more = Counter(map(_sort, after)) - before
    return [fault for fault in after if more[_sort(fault)]]


def _sort(fault: Fault) -> tuple[str, ...]:
    """Say what a fault is about, but for its line, which moves with rows above."""
    return (fault.code, fault.file, fault.column, fault.value)


def _refuse(faults: Sequence[Fault]) -> None:
    if any(f.is_error for f in faults):
        raise InputError(faults)


def _near(name: str, allowed: Sequence[str]) -> dict[str, str]:
    match = get_close_matches(name, allowed, n=1, cutoff=0.5)
    return {"nearest": match[0] if match else "–", "allowed": ", ".join(allowed)}
