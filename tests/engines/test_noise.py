"""Noise: a function of seed, step and stream alone."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from engines.process.noise import Noise, sample_seeds


@given(st.integers(0, 2**63), st.integers(1, 16), st.integers(0, 1000), st.integers(-1, 3))
def test_sample_k_is_the_same_whatever_the_batch(seed: int, batch: int, step: int, stream: int) -> None:
    whole = Noise(sample_seeds(seed, 16), (1, 3, 3))(step, stream)
    assert torch.equal(Noise(sample_seeds(seed, batch), (1, 3, 3))(step, stream), whole[:batch])


def test_draws_differ_by_seed_step_and_stream() -> None:
    noise = Noise((1, 2), (64,))
    draws = [*noise(0), *noise(1), *noise(0, 1), *noise.initial()]
    gram = torch.stack(draws) @ torch.stack(draws).T / 64
    assert float((gram - torch.diag(gram.diagonal())).abs().max()) < 0.5


def test_draws_are_standard_normal() -> None:
    draws = Noise(sample_seeds(0, 4), (5000,))(3)
    assert abs(float(draws.mean())) < 0.03
    assert abs(float(draws.std()) - 1) < 0.03


def test_dtype_and_global_state() -> None:
    """float64 states get the same draws, and torch's global generator is left alone."""
    before = torch.get_rng_state()
    assert torch.equal(Noise((5,), (4,), dtype=torch.float64)(2).float(), Noise((5,), (4,))(2))
    assert torch.equal(torch.get_rng_state(), before)
