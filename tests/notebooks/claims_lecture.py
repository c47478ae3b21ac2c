"""What stands behind the claims of the lecture."""

from register import ROOT, all_cells, claim, source

from real_kernel.course import oops, recorded
from vmlesson.explore import replay
from vmlesson.scenarios import explore_scenario, scenarios


def lists_at_the_start(name: str) -> dict[str, list[str]]:
    """For each anon_vma, the names of the vmas on its list, in order."""
    first = next(iter(scenarios(name, 1).values()))
    picture = replay(first, [], release="v3.2", allow_prefix=True).picture
    vmas = {vma["id"]: vma["name"] for vma in picture["vmas"]}
    avcs = {avc["id"]: vmas[avc["vma"]] for avc in picture["avcs"]}
    return {
        family["name"]: [avcs[avc] for avc in family["list"]] for family in picture["anon_vmas"]
    }


@claim("lecture/appended")
def _() -> None:
    assert lists_at_the_start("merge-order") == {"A": ["V", "W"]}


@claim("lecture/forward")
def _() -> None:
    assert explore_scenario("fresh-destination", "v3.2").verdict == "holds"
    assert explore_scenario("merge-order", "v3.2").verdict == "fails"


@claim("lecture/families")
def _() -> None:
    lists = lists_at_the_start("grandchild")
    assert sorted(lists) == ["A", "B", "C"]
    assert all(nodes[-2:] == ["X", "Y"] for nodes in lists.values())
    assert explore_scenario("grandchild", "v3.2").verdict == "fails"
    assert explore_scenario("grandchild", "v3.3").verdict == "holds"


@claim("lecture/real-kernel")
def _() -> None:
    assert "3.1.3" in recorded("linux-3.1.3").splitlines()[0]
    assert "swapops.h:126!" in oops(recorded("linux-3.1.3"))
    assert "swapops.h:126!" in explore_scenario("merge-order", "v3.1", pages=1).failures[0].message
    assert "cure=0" in recorded("linux-6.1")
    assert "swapops.h:557!" in oops(recorded("linux-6.1"))


DOWN = {"fresh-destination", "merge-next", "two-movers", "pte-peek"}
BORDER, FAULTED = {"mprotect-border"}, {"merge-faulted"}
NEVER = {"bystander", "third-process", "quiescent", "unfaulted", "fork-migrating"}


def slide(claim: str) -> str:
    """The text of the cell that makes a claim."""
    return next(cell.source for cell in all_cells() if claim in cell.claims)


def rows(text: str) -> dict[str, list[str]]:
    """The body of a markdown table: what its first column says, and whether each cell is bold."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {first: ["**" in cell for cell in row] for first, *row in lines}


@claim("lecture/releases")
def _() -> None:
    shown = list(rows(slide("lecture/releases")).values())[1:]
    history = (ROOT / "docs" / "history.md").read_text(encoding="utf-8")
    every = {
        name.strip("`"): row
        for name, row in rows(history.partition("<!-- table -->")[2]).items()
        if name.startswith("`")
    }
    up = set(every) - DOWN - BORDER - FAULTED - NEVER
    for expected, names in zip(shown, (DOWN, up, BORDER, FAULTED, NEVER), strict=True):
        assert {name: every[name] for name in names} == dict.fromkeys(names, expected)
    assert f"in {len(every)} scenarios" in slide("lecture/releases")


@claim("lecture/all-forms")
def _() -> None:
    assert len(scenarios("merge-order")) == 4
    classes = explore_scenario("merge-order", "v3.2").executions
    assert f"has {classes}: all four forms" in slide("lecture/all-forms")


source("lecture/program", commit="948f017b093a")
source("lecture/migration", code="mm/migrate.c remove_migration_pte", release="v3.1")
source("lecture/theorem", mail="A16")
source("lecture/report", mail="P1")
source("lecture/race", mail="H1")
source("lecture/any-order", mail="A1")
source("lecture/patch", mail="H5p")
source("lecture/order-matters", mail="N1b")
source("lecture/convinced", mail="A3")
source("lecture/draft", mail="A4")
source("lecture/table", mail="M3")
source("lecture/counts", mail="H6")
source("lecture/withdraws", mail="A7")
source("lecture/after", mail="N5")
source("lecture/version-3", mail="A11")
source("lecture/final", mail="A16")
source("lecture/wish", mail="N2")
source("lecture/questions", mail="A14a")
source("lecture/tree", commit="108d6642ad81")
source("lecture/need-rmap-locks", commit="38a76013ad80")
source("lecture/border", commit="ca42b26ab8e7")
source("lecture/forgets", commit="61f67c230a5e")
