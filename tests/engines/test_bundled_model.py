"""The bundled model is what the README says of it: small, and its digits are recognised."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engines.checkpoint import load_model
from engines.component import validated
from engines.context import Context, Start
from engines.device import device
from engines.events import Measured
from engines.model_list import resolve_model
from engines.tasks.base import task
from engines.tasks.evaluate import EvaluateOptions


def test_the_bundled_model_is_small() -> None:
    network = load_model(resolve_model("digits", ()), device("cpu")).network
    assert sum(p.numel() for p in network.parameters()) <= 2_500_000


def test_the_asked_digits_are_recognised(tmp_path: Path) -> None:
    """Few samples in few steps, for time: `evaluate` gives the figure of 1,000 samples and 50 steps."""
    chosen = validated(EvaluateOptions, {"count": 200, "steps": 10})
    (measured,) = (e for e in task("evaluate").run(chosen, Context(device("cpu"), tmp_path)) if isinstance(e, Measured))
    assert measured.values["accuracy"] >= 0.95


def test_an_evaluation_that_goes_on_does_not_say_how_fast_it_was(tmp_path: Path) -> None:
    """It knows only how long the rest took."""
    chosen = validated(EvaluateOptions, {"count": 20, "steps": 2})
    start = Start(1, np.zeros((20, 1, 28, 28), np.float32))
    whole, rest = (next(e for e in task("evaluate").run(chosen, Context(device("cpu"), tmp_path, start=begin))
                        if isinstance(e, Measured)).values for begin in (None, start))
    assert whole.keys() - rest.keys() == {"seconds_per_image"}
