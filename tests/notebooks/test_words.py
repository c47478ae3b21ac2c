"""A learner's walk: no word of the kernel's is used before it is introduced."""

import re

import pytest
from register import ROOT
from words import first_uses, hints, path, table

USES = first_uses()
ORDER = [place for place, _ in path()]


@pytest.mark.parametrize("term", USES)
def test_it_is_introduced_before_it_is_used(term: str) -> None:
    used, introduced = USES[term]
    if used is not None:
        assert introduced is not None, f"{term} is used in {used}, and nowhere introduced"
        assert ORDER.index(introduced) <= ORDER.index(used), f"{used} comes before {introduced}"


def test_hints_use_no_word_that_the_path_does_not_introduce() -> None:
    said = hints()
    unknown = [
        term
        for term, (_, introduced) in USES.items()
        if introduced is None and re.search(rf"\b{re.escape(term)}\b", said)
    ]
    assert unknown == []


def test_the_words_of_a_verdict_are_introduced_with_the_first_verdict() -> None:
    """`explore_scenario(…).sentence` speaks of classes of interleavings."""
    first = next(n for n, (_, cell) in enumerate(path()) if "explore_scenario(" in cell.source)
    introduced = USES["interleaving"][1]
    assert introduced is not None
    assert ORDER.index(introduced) < first + 1


def test_the_table_is_in_step() -> None:
    assert (ROOT / "docs" / "words.md").read_text(encoding="utf-8") == table(), (
        "python tests/notebooks/words.py"
    )
