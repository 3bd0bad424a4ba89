"""Chance by name: the same for the same names, and other for any others, however many bits they differ in."""

from __future__ import annotations

import hashlib

import numpy as np
import torch

from engines.chance import generator
from engines.data.pointdata import FreshPoints
from engines.data.points.mixtures import Ring
from engines.metrics.diffused import DiffusedTruth
from engines.metrics.truth import Truth


def test_the_numbers_are_those_of_a_twister_begun_with_the_hash() -> None:
    """numpy's twister of the same state gives the same words; torch takes two for a number, the upper first."""
    twister = np.random.MT19937()
    key = np.frombuffer(hashlib.shake_256(b"7/step 3").digest(4 * 624), "<u4")
    twister.state = {"bit_generator": "MT19937", "state": {"key": key, "pos": 624}}
    found = torch.randint(2**31, (2000,), generator=generator(7, "step 3"))
    np.testing.assert_array_equal(found.numpy(), twister.random_raw(4000)[1::2].astype(np.int64) % 2**31)


def test_seeds_that_agree_in_32_bits_are_two() -> None:
    few = [torch.rand(4, generator=generator(seed, "x")) for seed in (5, 5 + 2**32, 5 + 2**31)]
    assert not any(torch.equal(few[0], other) for other in few[1:])
    assert torch.equal(few[0], torch.rand(4, generator=generator(5, "x")))


def test_steps_whose_draws_agreed_in_32_bits_are_two() -> None:
    """These were the same batch while a set drew by a seed of 62 bits of which 32 counted."""
    data = FreshPoints(Ring())
    assert not torch.equal(data.drawn(0, 51_199, 20)[0], data.drawn(0, 55_302, 20)[0])


def test_points_to_compare_with_are_those_of_no_seed_that_is_compared() -> None:
    ring = Ring()
    truth, diffused = Truth(ring, 20), DiffusedTruth(ring, ring.mixture(), count=20)
    told = [truth.points, truth.fair(20, 7), diffused.at(1.0, 0.0).points, diffused.fair(1.0, 0.0, 8)]
    drawn = [*(ring.sample(20, seed) for seed in range(10)), *(FreshPoints(ring).drawn(0, k, 20)[0] for k in range(10))]
    assert not any(torch.equal(one.float(), other.float()) for one in told for other in drawn)
    assert not any(torch.equal(truth.fair(20, 0), other) for other in (truth.points, truth.fair(20, 1)))
