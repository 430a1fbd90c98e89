"""Exact Shapley values: their axioms as properties, hand-solved games, and printed parts."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kichban.compare import coalitions, not_additive, printed_parts, shapley, worths
from kichban.errors import UsageError
from kichban.numbers import round_to_total
from kichban.texts import LANGUAGES, fault_line

NAMES = ("a", "b", "c", "d")
numbers = st.floats(-1e6, 1e6, allow_nan=False)
games = st.lists(numbers, min_size=16, max_size=16).map(
    lambda v: dict(zip(coalitions(NAMES), v, strict=True))
)


def by_orders(value, names):
    """Average over all orders: the definition, written as slowly as it reads."""
    found = dict.fromkeys(names, 0.0)
    for order in permutations(names):
        for i, name in enumerate(order):
            found[name] += value(frozenset(order[: i + 1])) - value(frozenset(order[:i]))
    return {n: v / math.factorial(len(names)) for n, v in found.items()}


@given(games)
def test_parts_add_up_to_the_last_bits(game):
    parts = shapley(game, NAMES)
    total = game[frozenset(NAMES)] - game[frozenset()]
    scale = max(abs(v) for v in game.values())
    assert abs(math.fsum(parts.values()) - total) <= 16 * np.spacing(scale)


@given(games)
def test_it_is_the_average_over_all_orders(game):
    parts = shapley(game, NAMES)
    for name, expected in by_orders(game.__getitem__, NAMES).items():
        assert parts[name] == pytest.approx(expected, abs=1e-8)


@given(games, st.permutations(NAMES))
def test_the_order_of_players_changes_no_bit(game, order):
    usual = shapley(game, NAMES)
    other = shapley(game, order)
    assert list(other) == list(order)
    assert all(usual[n] == other[n] for n in NAMES)


@given(games, st.permutations(NAMES))
def test_names_change_no_bit(game, others):
    renamed = dict(zip(NAMES, others, strict=True))
    moved = {frozenset(renamed[n] for n in s): v for s, v in game.items()}
    usual, other = shapley(game, NAMES), shapley(moved, NAMES)
    assert all(usual[n] == other[renamed[n]] for n in NAMES)


@given(games)
def test_players_worth_the_same_get_the_same(game):
    alike = {s: game[frozenset("a" if n == "b" else n for n in s)] if s & {"b"} and "a" not in s
             else v for s, v in game.items()}  # fmt: skip
    parts = shapley(alike, NAMES)
    assert parts["a"] == parts["b"]


@given(games)
def test_who_adds_nothing_gets_exactly_nothing(game):
    without = {s: game[s - {"d"}] for s in game}
    assert shapley(without, NAMES)["d"] == 0.0
    # and the others share as if nobody else were there
    three = shapley({s: v for s, v in game.items() if "d" not in s}, NAMES[:3])
    for name in NAMES[:3]:
        assert shapley(without, NAMES)[name] == pytest.approx(three[name], abs=1e-8)


@given(games, games)
def test_parts_of_a_sum_are_sums_of_parts(one, other):
    both = shapley({s: one[s] + other[s] for s in one}, NAMES)
    first, second = shapley(one, NAMES), shapley(other, NAMES)
    for name in NAMES:
        assert both[name] == pytest.approx(first[name] + second[name], abs=1e-8)


@given(games)
def test_the_way_back_is_the_way_there_with_other_signs(game):
    back = {frozenset(NAMES) - s: v for s, v in game.items()}
    there, again = shapley(game, NAMES), shapley(back, NAMES)
    assert all(there[n] == -again[n] for n in NAMES)
    shares = [not_additive(worths(g, NAMES), shapley(g, NAMES)) for g in (game, back)]
    assert shares[0] == pytest.approx(shares[1], rel=1e-6, nan_ok=True)


def test_a_sum_gives_coefficient_times_change():
    change = {"a": 2.0, "b": -3.0, "c": 0.5}
    parts = shapley(lambda s: 7.0 + sum(change[n] for n in s), list(change))
    assert parts == pytest.approx(change)
    game = worths(lambda s: 7.0 + sum(change[n] for n in s), list(change))
    assert not_additive(game, parts) == 0.0


def test_a_product_gives_each_half_of_the_interaction():
    # x goes from 2 to 5, y from 10 to 14: 30 and 8 alone, 12 together
    parts = shapley(lambda s: (5.0 if "x" in s else 2.0) * (14.0 if "y" in s else 10.0), ["x", "y"])
    assert parts == {"x": 30.0 + 6.0, "y": 8.0 + 6.0}
    game = worths(lambda s: (5.0 if "x" in s else 2.0) * (14.0 if "y" in s else 10.0), ["x", "y"])
    assert not_additive(game, parts) == pytest.approx(6.0 / 50.0)


def test_the_glove_game():
    parts = shapley(lambda s: min("r" in s, len(s - {"r"})), ["l", "m", "r"])
    assert parts == pytest.approx({"l": 1 / 6, "m": 1 / 6, "r": 4 / 6})


def test_the_airport_game():
    # Littlechild and Owen (1973): runways of cost 1, 2 and 4; each stretch is shared by its users
    cost = {"small": 1.0, "middle": 2.0, "large": 4.0}
    parts = shapley(lambda s: max((cost[n] for n in s), default=0.0), list(cost))
    assert parts == pytest.approx({"small": 1 / 3, "middle": 5 / 6, "large": 17 / 6})


def test_arrays_are_shared_out_entry_by_entry():
    rng = np.random.default_rng(1)
    game = {s: rng.normal(size=(3, 2)) for s in coalitions(NAMES)}
    parts = shapley(game, NAMES)
    for at in np.ndindex(3, 2):
        one = shapley({s: v[at] for s, v in game.items()}, NAMES)
        assert all(parts[n][at] == one[n] for n in NAMES)


def test_one_unknown_entry_leaves_the_others():
    parts = shapley({frozenset(): [1.0, np.nan], frozenset("a"): [3.0, 1.0]}, ["a"])
    assert parts["a"][0] == 2.0
    assert math.isnan(parts["a"][1])


def test_eight_players_go_and_nine_do_not():
    eight = [f"g{i}" for i in range(8)]
    assert sum(shapley(lambda s: float(len(s)) ** 2, eight).values()) == pytest.approx(64.0)
    with pytest.raises(UsageError, match="E-ATTR-901") as refused:
        shapley(lambda s: 0.0, [*eight, "g8"])
    assert "tối đa 8" in fault_line(refused.value.fault, "vi")
    assert "g0, g1" in fault_line(refused.value.fault, "en")


def test_a_player_twice_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="twice"):
        shapley(lambda s: 0.0, ["a", "a"])


levels = st.floats(-1e7, 1e7, allow_nan=False)


@given(levels, st.lists(levels, min_size=1, max_size=8), st.integers(0, 2))
def test_printed_parts_add_up(start, parts, finest):
    end = start + math.fsum(parts)
    found = printed_parts(start, parts, end, finest)
    digit = 10.0**-found.decimals
    total = found.start + math.fsum(found.parts)
    assert total == pytest.approx(found.end, abs=1e-6 * digit)
    for printed, part in zip(found.parts, parts, strict=True):
        assert abs(printed - part) <= 2.0 * digit + 1e-9 * max(1.0, abs(part))
    for printed, level in ((found.start, start), (found.end, end)):
        assert abs(printed - level) <= 0.5 * digit + 1e-6 * digit + 1e-9 * abs(level)


def test_printed_parts_of_known_figures():
    found = printed_parts(1099387.69, [-183456.3, 0.0], 915931.36)
    assert found == (1099000.0, (-183000.0, 0.0), 916000.0, -3)
    assert printed_parts(8.748, [-2.664], 6.084, 2) == (8.75, (-2.67,), 6.08, 2)
    assert printed_parts(5.0, [0.0, 0.0], 5.0).parts == (0.0, 0.0)


def test_largest_remainder_keeps_to_a_printed_total():
    assert round_to_total(np.array([0.4, 0.4, 0.4])).tolist() == [1.0, 0.0, 0.0]
    assert round_to_total(np.array([0.4, 0.4, 0.4]), 0, 2.0).tolist() == [1.0, 1.0, 0.0]
    assert round_to_total(np.array([-1.6, -0.3]), 0, -1.0).tolist() == [-1.0, 0.0]
    assert round_to_total(np.array([-1.6, -0.3]), 0, -3.0).tolist() == [-2.0, -1.0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_of_the_refusal_stand_in_both_languages(lang):
    with pytest.raises(UsageError) as refused:
        coalitions([f"g{i}" for i in range(9)])
    assert "9" in fault_line(refused.value.fault, lang)
