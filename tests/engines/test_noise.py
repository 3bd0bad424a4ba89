"""Noise: a function of seed, step and stream alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engines.process import noise, streams
from engines.process.noise import Noise, normals, philox, sample_seeds, tied


@given(st.integers(0, 2**63), st.integers(1, 16), st.integers(0, 1000), st.integers(-1, 3))
def test_sample_k_is_the_same_whatever_the_batch(seed: int, batch: int, step: int, stream: int) -> None:
    whole = Noise(sample_seeds(seed, 16), (1, 3, 3))(step, stream)
    assert torch.equal(Noise(sample_seeds(seed, batch), (1, 3, 3))(step, stream), whole[:batch])


def test_draws_differ_by_seed_step_and_stream() -> None:
    drawn = Noise((1, 2), (64,))
    draws = [*drawn(0), *drawn(1), *drawn(0, 1), *drawn.initial()]
    gram = torch.stack(draws) @ torch.stack(draws).T / 64
    assert float((gram - torch.diag(gram.diagonal())).abs().max()) < 0.5


def test_every_use_of_noise_beside_a_sampler_has_a_stream_of_its_own() -> None:
    """Above 0, which is that of a sampler's one draw in a move."""
    numbers = [value for name, value in vars(streams).items() if name.isupper()]
    assert len(numbers) == len(set(numbers)) >= 4
    assert min(numbers) > 0


def test_draws_are_standard_normal() -> None:
    draws = Noise(sample_seeds(0, 4), (5000,))(3)
    assert abs(float(draws.mean())) < 0.03
    assert abs(float(draws.std()) - 1) < 0.03


def test_dtype_and_global_state() -> None:
    """float64 states get the same draws, and torch's global generator is left alone."""
    before = torch.get_rng_state()
    assert torch.equal(Noise((5,), (4,), dtype=torch.float64)(2).float(), Noise((5,), (4,))(2))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(("counter", "key", "expected"), [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1")])
def test_the_generator_gives_its_published_answers(counter: str, key: str, expected: str) -> None:
    """The known answers of Salmon et al. 2011 for Philox4x32 with 10 rounds."""
    def words(text: str) -> list[np.ndarray]:
        return [np.array([int(word, 16)], dtype=np.uint64) for word in text.split()]

    a, b, c, d = words(counter)
    k, m = words(key)
    assert philox((a, b, c, d), (k, m)) == tuple(words(expected))


def plain(seeds: tuple[int, ...], size: int, step: int, stream: int) -> np.ndarray:
    """The draws as the docstrings say them, one function of NumPy after the other: Philox, then Box & Muller."""
    numbers, blocks = np.array(seeds, np.uint64)[:, None], np.arange(-(-size // 4), dtype=np.uint64)[None, :]
    of_step, of_stream, zero = (np.full((1, 1), number % 2**32, np.uint64) for number in (step, stream, 0))
    words = philox((blocks, of_step, of_stream, zero), (numbers % np.uint64(2**32), numbers // np.uint64(2**32)))
    u, angle = np.stack(words[::2], -1) + 0.5, np.stack(words[1::2], -1) * (2 * np.pi / 2**32)
    radius = np.sqrt(-2 * np.log(u / 2**32))
    both = np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1)
    return both.reshape(len(seeds), -1)[:, :size].astype(np.float32)


@pytest.mark.parametrize(("batch", "size"), [(1, 1), (3, 2), (5, 7), (2, 784), (40, 3072), (1, 100_001)])
@pytest.mark.parametrize("close", [noise.CLOSE, 2**27])
def test_draws_are_to_the_bit_what_the_plain_formula_gives(batch: int, size: int, close: int,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rows are drawn at once, and also where many numbers are asked of NumPy."""
    monkeypatch.setattr(noise, "CLOSE", close)
    seeds = (*sample_seeds(2**63 + 7, batch - 1), 3)
    drawn = normals(seeds, size, 12, -1)
    assert drawn.flags.c_contiguous
    assert np.array_equal(drawn, plain(seeds, size, 12, -1))


def test_draws_are_those_of_every_earlier_run() -> None:
    """Of a seed with a bit in its upper word, and of a small one."""
    expected = [[-0.8865297, -0.49071375, 2.2281487, -0.016230365, 0.8990734],
                [0.7785397, -0.5554433, -1.6268145, -1.1161236, -2.5202818]]
    np.testing.assert_allclose(normals((2**63 + 7, 3), 5, 12, -1), expected, rtol=1e-6)


def test_numbers_whose_last_bits_decide_are_found() -> None:
    """Those up to CLOSE units beside the middle of two float32 numbers, the next below and above it."""
    for number in np.array([1.5, -3.1, 2.7e-6, 4.0, -0.99], np.float32):
        above = np.nextafter(number, np.float32(np.inf) * np.sign(number))
        middle = (float(number) + float(above)) / 2
        beside = (np.array([middle]).view(np.int64) + np.array([-17, -16, -1, 0, 1, 16, 17])).view(np.float64)
        assert tied(beside).tolist() == [False, True, True, True, True, True, False]
        assert set(beside[:3].astype(np.float32)) == {number}
        assert set(beside[4:].astype(np.float32)) == {above}
    assert not tied(np.array([1.0, 0.0, -2.5])).any()


def test_no_two_draws_are_the_same() -> None:
    """Of 2,000 seeds × 100 steps: a generator seeded with 32 bits would repeat some."""
    firsts = np.concatenate([normals(sample_seeds(0, 2000), 2, step, 0) for step in range(100)])
    assert len(np.unique(firsts, axis=0)) == len(firsts)


@given(st.integers(0, 63))
def test_every_bit_of_a_seed_counts(bit: int) -> None:
    assert not np.array_equal(normals((5,), 4, 0, 0), normals((5 ^ 1 << bit,), 4, 0, 0))


def test_the_tails_are_those_of_a_normal() -> None:
    """Shares beyond 1, 2, 3 and 4 standard deviations of two million numbers, within five standard errors."""
    drawn = np.abs(normals((1, 2), 1_000_000, 0, 0))
    for limit, share in ((1, 0.317310508), (2, 0.045500264), (3, 0.002699796), (4, 0.0000633425)):
        assert abs(float((drawn > limit).mean()) - share) < 5 * (share / drawn.size) ** 0.5
