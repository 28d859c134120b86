"""The order of steps: one for each graph, whatever order it is given in."""

from __future__ import annotations

from itertools import permutations

import pytest

from driftwatch.plan.graph import cycles, order, yet_to_come


def test_each_node_comes_after_all_it_needs() -> None:
    done, left = order("abc", {"a": {"b"}, "b": {"c"}}, rank=str)
    assert (done, left) == (["c", "b", "a"], [])


def test_of_nodes_that_may_come_next_the_lowest_rank_does() -> None:
    done, _ = order("abc", {}, rank={"a": 3, "b": 1, "c": 2}.get)
    assert done == ["b", "c", "a"]


def test_the_order_does_not_depend_on_the_order_of_the_input() -> None:
    after = {"a": {"d"}, "b": {"d", "c"}}
    assert {tuple(order(nodes, after, rank=str)[0]) for nodes in permutations("abcd")} == {("c", "d", "a", "b")}


def test_what_is_on_a_cycle_or_behind_one_is_left() -> None:
    done, left = order("abcd", {"a": {"b"}, "b": {"a"}, "c": {"a"}}, rank=str)
    assert (done, sorted(left)) == (["d"], ["a", "b", "c"])


@pytest.mark.parametrize(
    ("after", "wanted"),
    [
        ({"a": {"b"}, "b": {"c"}}, []),
        ({"a": {"b"}, "b": {"a"}}, [{"a", "b"}]),
        ({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}, [{"a", "b", "c"}]),
        ({"a": {"b"}, "b": {"a"}, "c": {"d"}, "d": {"c", "a"}}, [{"a", "b"}, {"c", "d"}]),
    ],
)
def test_cycles_are_found_without_what_is_behind_them(after: dict[str, set[str]], wanted: list[set[str]]) -> None:
    assert sorted(cycles("abcd", after), key=sorted) == wanted


def test_a_long_chain_is_no_matter_of_recursion() -> None:
    chain = {n: {n + 1} for n in range(5000)}
    assert cycles(range(5001), chain) == []
    assert cycles(range(5001), chain | {5000: {0}}) == [set(range(5001))]


@pytest.mark.parametrize(
    ("after", "commits", "urgent", "wanted"),
    [
        ({}, "", "", [0, 0, 0, 0, 0, 0]),
        ({}, "b", "", [0, 0, 0, 0, 0, 0]),
        ({"e": {"b"}}, "b", "", [0, 1, 0, 0, 0, 0]),
        ({"e": {"d"}, "d": {"c"}, "c": {"a"}}, "c", "", [1, 0, 1, 0, 0, 0]),
        ({"e": {"b"}, "f": {"e"}}, "be", "", [0, 2, 0, 0, 1, 0]),
        ({"e": {"b"}}, "b", "d", [0, 1, 0, 1, 0, 0]),
        ({"e": {"b"}, "d": {"c"}}, "b", "d", [0, 1, 1, 1, 0, 0]),
    ],
    ids=["nothing", "nobody waits", "one waits", "needed by it", "one after the other", "urgent", "needed by what is"],
)
def test_what_no_later_transaction_waits_for_is_in_the_last(
    after: dict[str, set[str]], commits: str, urgent: str, wanted: list[int]
) -> None:
    assert list(yet_to_come("abcdef", after, frozenset(commits), frozenset(urgent)).values()) == wanted
