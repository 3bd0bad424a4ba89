"""Validation: the same noise every time, and the same average as training has."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engines.halving import Pieces
from engines.process.prediction import V
from engines.process.vp_cosine import VPCosine
from engines.training.draws import draw
from engines.training.objective import Goal
from engines.training.objectives.base import Setting
from engines.training.objectives.simple import Simple
from engines.training.validation import LEVELS, level_times, validate
from tests.engines.test_training import CPU, Scale, image_set


def test_validation_uses_the_same_noise_and_disturbs_nothing():
    x0, labels = image_set(32).batch(np.arange(32))
    before = torch.get_rng_state()
    goal = Goal(Setting(VPCosine(), V()), CPU)
    a, b = (validate(Scale(), goal, x0, labels, Pieces(batch)) for batch in (5, 32))
    assert torch.equal(torch.get_rng_state(), before)
    assert a.by_level == pytest.approx(b.by_level, rel=1e-6)
    assert a.levels.shape == a.by_level.shape == (LEVELS,)
    assert a.loss == pytest.approx(b.loss, rel=1e-6)
    levels, times = level_times(VPCosine(), 16)
    assert np.all(np.diff(levels) > 0)
    torch.testing.assert_close(VPCosine().log_snr(times[:LEVELS]), torch.from_numpy(levels))


def test_the_validation_loss_is_the_average_that_training_has():
    """Both are means over even times: with a network that does not learn they agree, and mean the same when plotted."""
    data, network, path = image_set(256), Scale(0.3), VPCosine()
    x0, labels = data.batch(np.arange(256))
    draws = [draw(0, step, tuple(x0.shape), path, 0) for step in range(8)]
    setting = Setting(path, V())
    trained = [float(Simple().losses(network, setting, x0, labels, drawn).detach().mean()) for drawn in draws]
    found = validate(network, Goal(setting, CPU), x0, labels, Pieces(128))
    error = 5 * float(np.std(trained))
    assert abs(found.loss - float(np.mean(trained))) < error
    assert abs(float(found.by_level.mean()) - float(np.mean(trained))) > error  # another average, as a plot of its own
