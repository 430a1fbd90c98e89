"""Who extends and includes whom; what is missing, double or goes round in a circle."""

from __future__ import annotations

from collections.abc import Mapping

from kichban.errors import Fault
from kichban.scenario.read.batches import is_batch
from kichban.scenario.read.layers import Layer, nearest
from kichban.scenario.read.schema import is_overlay


def index_layers(layers: Mapping[str, Layer], faults: list[Fault]) -> dict[str, Layer]:
    """Give scenarios and overlays by name; of two with one name the first file's stays."""
    found: dict[str, Layer] = {}
    for file in sorted(layers):
        layer = layers[file]
        if layer.name in found:
            detail = {"other": found[layer.name].file}
            faults.append(
                Fault("E-SCN-009", layer.file, layer.line("name"), "name", layer.name, detail)
            )
        else:
            found[layer.name] = layer
    return found


def lineage(
    layer: Layer, named: Mapping[str, Layer], unreadable: frozenset[str], faults: list[Fault]
) -> tuple[Layer, ...]:
    """Give a scenario's parents, oldest first, and itself last; empty where the line is broken.

    `unreadable` are names of files with a fault of their own, which is not repeated.
    """
    line = [layer]
    while line[0].extends:
        wanted = line[0].extends
        parent = named.get(wanted)
        if wanted in (step.name for step in line):
            if wanted == layer.name:
                chain = " → ".join([layer.name, *(s.name for s in reversed(line[:-1])), wanted])
                row, detail = layer.line("extends"), {"chain": chain}
                faults.append(Fault("E-SCN-011", layer.file, row, "extends", layer.extends, detail))
            return ()
        if parent is None or is_overlay(parent.file):
            if len(line) == 1 and wanted not in unreadable:
                names = [name for name, known in named.items() if not is_overlay(known.file)]
                detail, row = nearest(wanted, names), layer.line("extends")
                batch = is_batch(layer.file)
                code, column = ("E-SCN-071", "base") if batch else ("E-SCN-010", "extends")
                faults.append(Fault(code, layer.file, row, column, wanted, detail))
            return ()
        line.insert(0, parent)
    return tuple(line)


def included(
    layer: Layer, named: Mapping[str, Layer], unreadable: frozenset[str], faults: list[Fault]
) -> tuple[Layer, ...]:
    """Give the overlays of one scenario in order; two that set one key are a fault."""
    overlays = [name for name, known in named.items() if is_overlay(known.file)]
    found: list[Layer] = []
    first: dict[str, Layer] = {}
    row = layer.line("include")
    for i, name in enumerate(layer.include):
        if name in layer.include[:i]:
            faults.append(Fault("E-SCN-063", layer.file, row, "include", name))
            continue
        if name not in overlays:
            if name not in unreadable:
                detail = nearest(name, overlays)
                faults.append(Fault("E-SCN-012", layer.file, row, "include", name, detail))
            continue
        overlay = named[name]
        for key in overlay.keys:
            if key in first:
                detail = {"first": first[key].file, "second": overlay.file}
                faults.append(Fault("E-SCN-013", layer.file, row, "include", key, detail))
            else:
                first[key] = overlay
        found.append(overlay)
    return tuple(found)
