"""What is said of a value that is wrong, or that is none."""

from __future__ import annotations

import pytest
from test_law import agree, both

from vmlesson.grade.checks import check_value
from vmlesson.grade.exercises import EXERCISES
from vmlesson.grade.values import broken_by, counted

RIGHT = [0, 1, 1, 0, 2, 2]
BREAKS = ["migration"] * 11 + ["mremap"] * 13 + ["migration"] * 10 + ["mremap"] * 6


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([*RIGHT, 9], "a list of 6 numbers is asked for, not of 7"),
        (RIGHT[:5], "a list of 6 numbers is asked for, not of 5"),
        ({1: 0}, "not a dict"),
        (7, "not an int"),
    ],
)
def test_what_is_no_list_of_six_is_worth_nothing_and_told_so(answer: object, said: str) -> None:
    checks = counted(answer)
    assert sum(check.points for check in checks) == 0
    assert all(said in check.message and not check.question for check in checks)


def test_what_is_no_answer_at_all_is_told_once() -> None:
    for name, answer, said in [
        ("count_the_calls", {1: 0}, "a list of 6 numbers is asked for, not a dict."),
        ("count_the_calls", ["1"] * 6, "a whole number is asked for, not a str '1'."),
        ("break_it", "mremap", "a schedule is a list of the names of CPUs, not a str 'mremap'."),
    ]:
        assert check_value(EXERCISES[name], answer).sentence == said
    first, *_ = check_value(EXERCISES["count_the_calls"], ["0", *RIGHT[1:]]).sentence.split(":")
    assert first == "1", "of one among six it is said which"


def test_a_number_of_another_type_is_named_and_the_others_count() -> None:
    checks = counted([0.0, True, "1", 0, 2, 9])
    assert [check.points for check in checks] == [0, 0, 0, 1, 1, 0]
    assert [check.message.rpartition("not ")[2] for check in checks[:3]] == [
        "a float 0.0",
        "a bool True",
        "a str '1'",
    ]
    assert checks[5].question, "a hint where a number is wrong"
    assert sum(check.points for check in counted(RIGHT)) == 6


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (["cpu1"], "no CPU 'cpu1'"),
        ([], "ends after step 0"),
        ("mremap", "not a str 'mremap'"),
        (["mremap", 3], "an int is not one"),
        (["migration"] * 30 + ["mremap"] * 30, "has ended"),
    ],
)
def test_what_is_no_schedule_is_told_so_without_a_hint(answer: object, said: str) -> None:
    loses, cheap = broken_by(answer)
    assert loses.name == "it does not lose a page"
    assert said in loses.message
    assert (loses.points, cheap.points, loses.question, cheap.question) == (0, 0, "", "")


def test_a_schedule_that_ends_and_loses_nothing_gets_a_hint() -> None:
    loses, cheap = broken_by(["migration"] * 24 + ["mremap"] * 19)
    assert loses.name == "it does not lose a page"
    assert loses.question, loses.message
    assert (cheap.points, cheap.message) == (0, "counts once a page is lost")
    assert [check.points for check in broken_by(BREAKS)] == [3, 2]


EQUAL = "type('E', ({0},), {{'__eq__': lambda a, b: True, '__hash__': {0}.__hash__}})"
UNSAID = "type('U', (), {'__str__': lambda self: 1 / 0})()"
WITHOUT_HASH = "type('M', (type,), {{'{}': None}})('V', (), {{}})()"
SHORT = "type('L', (list,), {'__len__': lambda self: 6})([0, 1])"


@pytest.mark.parametrize(
    ("exercise", "answer", "said"),
    [
        ("break_it", "['migration'] * 10**6", "names of CPUs, not a very long list."),
        ("break_it", "['m' * 5000]", "names of CPUs, but a very long str is not one."),
        ("break_it", f"[{EQUAL.format('str')}('x')]", "step 1: there is no CPU 'x'"),
        ("count_the_calls", "[10**400] * 6", "is asked for, not a very large int."),
        ("count_the_calls", f"[{EQUAL.format('int')}(9)] * 6", "the probe does not count 9"),
        (
            "count_the_calls",
            "[0]; answer *= 6; answer[:] = [answer] * 6",
            "is asked for, not a list",
        ),
        ("count_the_calls", f"frozenset([{UNSAID}, 1])", "is asked for, not a frozenset"),
        ("count_the_calls", WITHOUT_HASH.format("__hash__"), "is asked for, not a V"),
        ("break_it", f"[{WITHOUT_HASH.format('__eq__')}]", "but a V is not one"),
        ("count_the_calls", SHORT, "a list of 6 numbers is asked for, not of 2"),
    ],
)
def test_what_is_odd_or_long_is_told_the_same_in_both(
    exercise: str, answer: str, said: str
) -> None:
    assert said in agree(exercise, f"answer = {answer}\n").sentence


def test_a_list_of_ones_own_kind_is_a_list_in_both() -> None:
    for exercise, right in (("count_the_calls", RIGHT), ("break_it", BREAKS)):
        kinds = f"K = type('K', (list,), {{}})\nanswer = K(type(each)(each) for each in {right})\n"
        here, there = both(exercise, kinds)
        assert (here.outcome, there.outcome) == ("passed", "passed")


@pytest.mark.parametrize("method", ["__len__", "__iter__"])
def test_what_a_list_of_ones_own_kind_makes_of_its_methods_is_not_asked(method: str) -> None:
    kind = f"K = type('K', (list,), {{'{method}': lambda self: 1 / 0}})\n"
    assert agree("count_the_calls", f"{kind}answer = K({RIGHT})\n").outcome == "passed"
    assert "not count 9" in agree("count_the_calls", f"{kind}answer = K([9] * 6)\n").sentence
