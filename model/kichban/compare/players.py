"""Who makes the difference of two scenarios: the groups of parameters in which they differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from kichban.catalogue import Label, Parameters
from kichban.compare.shapley import Coalition, coalitions
from kichban.errors import UsageError
from kichban.scenario import (
    Scenario,
    differences,
    entry_of,
    extra_differences,
    with_settings_of,
)

#: between the groups that one player holds
AND = "+"


@dataclass(frozen=True, slots=True)
class Player:
    """Groups of parameters that go over to the other scenario together.

    `name` is the group's own, of several joined by ``+``; `differ` are the parameters, and the
    entries of sites and shares, in which the two scenarios differ, `keys` all that go over.
    """

    name: str
    label: Label
    differ: tuple[str, ...]
    keys: tuple[str, ...]


def differing_keys(a: Scenario, b: Scenario) -> tuple[str, ...]:
    """Give the parameters that may make a run of `b` other than one of `a`, in catalogue order.

    Beside other values, paths and priors these are the ones that only one of them sets, be it to
    the default (data move no prior that was set), and those whose correlations differ.
    """
    told = {d.key for d in differences(a, b)}
    touched = {k for k in a.values if (len(a.origins[k]) == 1) != (len(b.origins[k]) == 1)}
    only_one = set(a.correlations) ^ set(b.correlations)
    tied = {key for correlation in only_one for key in correlation.of}
    return tuple(key for key in a.values if key in told | touched | tied)


def players(a: Scenario, b: Scenario, parameters: Parameters) -> tuple[Player, ...]:
    """Group the parameters in which two scenarios differ, in the order of the catalogue's groups.

    Groups whose parameters a correlation ties together go over together: apart they would be
    drawn as if they knew nothing of each other, which neither scenario says.

    Raises
    ------
    UsageError
        ``E-ATTR-902`` where the two do not differ.
    """
    differ = differing_keys(a, b)
    entries = {e.key: entry_of(e.key, parameters) for e in extra_differences(a, b)}
    extra = {key: entry.group for key, entry in entries.items() if entry is not None}
    if not differ and not extra:
        raise UsageError("E-ATTR-902", b.name, base=a.name)
    moved = {parameters[key].group for key in differ} | set(extra.values())
    found = []
    for joined in _joined(a, b, parameters):
        if moved & set(joined):
            keys = parameters.in_groups(joined)
            keys += tuple(key for key, group in extra.items() if group in joined)
            own = tuple(key for key in (*differ, *extra) if key in keys)
            found.append(Player(AND.join(joined), _label(joined, parameters), own, keys))
    return tuple(found)


def _joined(a: Scenario, b: Scenario, parameters: Parameters) -> Iterator[tuple[str, ...]]:
    """Give the groups, those tied by a correlation together."""
    of = {name: name for name in parameters.groups}
    for correlation in (*a.correlations, *b.correlations):
        one, other = (of[parameters[key].group] for key in correlation.of)
        of = {name: one if holder == other else holder for name, holder in of.items()}
    for holder in dict.fromkeys(of.values()):
        yield tuple(name for name in parameters.groups if of[name] == holder)


def _label(names: Collection[str], parameters: Parameters) -> Label:
    labels = [parameters.groups[name] for name in names]
    return {lang: f" {AND} ".join(one[lang] for one in labels) for lang in ("vi", "en")}


def mixtures(a: Scenario, b: Scenario, who: Collection[Player]) -> Mapping[Coalition, Scenario]:
    """Give the scenario of every coalition: `a` with the settings its players take from `b`.

    Nobody is `a` itself and everybody `b` itself.
    """
    keys = {player.name: player.keys for player in who}
    found = {
        s: with_settings_of(a, b, [key for name in sorted(s) for key in keys[name]])
        for s in coalitions(keys)
    }
    return found | {frozenset(): a, frozenset(keys): b}
