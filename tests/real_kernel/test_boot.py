"""Two boots of a real kernel: four races, ten times each, and the probes; all as predicted."""

from pathlib import Path

import pytest

from real_kernel import Missing, build, packages
from real_kernel.rows import short_run

pytestmark = pytest.mark.slow


def test_the_module_is_built_without_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the kernel's own stricter rules, too."""
    monkeypatch.setenv("KBUILD_EXTRA_WARN", "1")
    monkeypatch.setenv("KCFLAGS", "-Werror")
    try:
        build.refuse_without_tools()
        kernel = packages.kernel()
    except Missing as missing:
        pytest.skip(str(missing))
    assert build.module(kernel, tmp_path).is_file()


def test_the_kernel_does_what_the_model_predicts() -> None:
    try:
        short = short_run(lambda line: None)
    except Missing as missing:
        pytest.skip(str(missing))
    assert [str(row) for row in short.rows if row.unlike] == []
    lost = {(row.what, row.cure): row.found for row in short.rows if row.cure}
    assert lost == {
        ("order", "on"): "0 of 10",
        ("order", "off"): "10 of 10",
        ("way-back", "on"): "0 of 10",
        ("way-back", "off"): "10 of 10",
    }
