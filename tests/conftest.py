"""What all tests share: Jupyter kept out of the home directory, the tools, and the browser."""

import importlib.util
import os
import shutil
from collections import Counter
from collections.abc import Callable, Generator
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def jupyter_environment(tmp_path: Path) -> dict[str, str]:
    """The environment for a process that runs Jupyter: all it writes goes under ``tmp_path``."""
    scratch = tmp_path / "jupyter"
    names = (
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
        "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
        "IPYTHONDIR",
        "MPLCONFIGDIR",
    )
    directories = {name: scratch / name.lower() for name in names}
    for directory in directories.values():
        directory.mkdir(parents=True)  # IPython warns of those that it has to make
    paths = {name: str(directory) for name, directory in directories.items()}
    return os.environ | {"VMLESSON_REAL_KERNEL": "recorded"} | paths


@pytest.fixture
def tool() -> Callable[[str], ModuleType]:
    """A script of ``tools/`` as a module, by its name."""

    def loaded(name: str) -> ModuleType:
        path = Path(__file__).parents[1] / "tools" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return loaded


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; the test is skipped where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
    if not found:
        pytest.skip("no Chromium on the PATH (Debian: apt install chromium)")
    return found


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test that is marked ``sample(n)``, all cases but every n-th are slow."""
    seen: Counter[str] = Counter()
    for item in items:
        sample = item.get_closest_marker("sample")
        if sample is not None:
            name = item.nodeid.partition("[")[0]
            if seen[name] % sample.args[0]:
                item.add_marker(pytest.mark.slow)
            seen[name] += 1


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With VMLESSON_BROWSER=required, as in CI, a browser test that is skipped has failed."""
    report = yield
    required = os.environ.get("VMLESSON_BROWSER") == "required"
    if required and report.skipped and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"skipped, with VMLESSON_BROWSER=required: {report.longrepr}"
    return report
