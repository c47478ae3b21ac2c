"""The pinned versions can be installed on the oldest Python that pyproject.toml allows."""

import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
OLDEST = {"python_version": "3.11", "python_full_version": "3.11.0"}
PINS = [
    pin
    for line in ROOT.joinpath("constraints.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
    for pin in [Requirement(line)]
    if pin.marker is None or pin.marker.evaluate(OLDEST)
]


def test_the_oldest_python_is_the_one_that_is_meant() -> None:
    project = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = SpecifierSet(project["requires-python"])
    assert OLDEST["python_full_version"] in wanted
    assert "3.10.99" not in wanted


@pytest.mark.parametrize("pin", PINS, ids=str)
def test_a_pin_admits_the_oldest_python(pin: Requirement) -> None:
    """soupsieve 4.1.2 asks for 3.11.5, and Debian 12 has 3.11.2: such a pin needs a marker."""
    try:
        installed = metadata.distribution(pin.name)
    except metadata.PackageNotFoundError:
        pytest.skip(f"{pin.name} is for another machine")
    if installed.version not in pin.specifier:
        pytest.skip(f"{pin.name} {installed.version} is installed here")
    asks = installed.metadata.get("Requires-Python") or ""
    assert OLDEST["python_full_version"] in SpecifierSet(asks)
