"""What stands behind the claims of the lecture."""

from register import claim, source

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
