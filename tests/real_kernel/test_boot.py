"""Two boots of a real kernel: four races, ten times each, and the probes; all as predicted."""

import pytest

from real_kernel import Missing
from real_kernel.rows import short_run


@pytest.mark.slow
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
