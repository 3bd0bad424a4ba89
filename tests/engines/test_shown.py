"""How states are brought to a size at which they can be seen."""

from __future__ import annotations

import pytest
import torch

from engines.process.paths import Path, paths
from engines.shown import seen_scale


@pytest.mark.parametrize("path", [kind() for kind in paths().values()], ids=lambda path: path.name)
def test_states_are_seen_as_they_are_but_where_variance_explodes(path: Path) -> None:
    for t in torch.linspace(0, path.t_max, 7, dtype=torch.float64):
        found = seen_scale(float(path.alpha(t)), float(path.sigma(t)))
        assert found == pytest.approx(max(1.0, float(path.scale(t))))
    assert (found > 2) is (path.name == "ve")
