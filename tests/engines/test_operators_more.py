"""Degradations beside masks and blurs: each against a matrix, an integral, a standard or a theorem."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import fft
from torch import Tensor

from engines.component import build
from engines.errors import BadInput
from engines.operators.base import Degradation, LinearOperator, Operator, degradations
from engines.operators.composition import Composition, parts
from engines.operators.cosine import dct2, idct, idct2
from engines.operators.fourier import FourierSampling, Pattern
from engines.operators.jpeg import cosines
from engines.operators.radon import MOST, Beams, Radon, detectors
from engines.operators.random_projections import RandomProjections
from tests.engines.other_device import ELSEWHERE, OtherDevice

NAMES = ("clipping", "composition", "fourier", "jpeg", "nonlinear-blur", "phase", "radon", "random-projections")
CURVED = ("clipping", "composition", "jpeg", "nonlinear-blur", "phase")


def pictures(*shape: int, seed: int = 0) -> Tensor:
    """Numbers from −1 to 1, float64."""
    return 2 * torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64) - 1


def made(degradation: Degradation, *shape: int, seed: int = 0) -> Operator:
    """Its operator, where it needs no file."""
    return degradation.operator(shape, torch.Generator().manual_seed(seed), {})


def linear(degradation: Degradation, *shape: int, seed: int = 0) -> LinearOperator:
    """The same of a linear one."""
    operator = made(degradation, *shape, seed=seed)
    assert isinstance(operator, LinearOperator)
    return operator


def eye(size: int) -> Tensor:
    return torch.eye(size, dtype=torch.float64)


@pytest.mark.parametrize("name", NAMES)
def test_each_is_registered_and_says_what_it_is(name: str) -> None:
    kind = degradations()[name]
    operator = kind.example((3, 8, 8))
    assert (operator.linear, kind.linear, kind().linear) == (name not in CURVED,) * 3
    assert kind.spectral is (isinstance(operator, LinearOperator) and operator.spectrum() is not None)
    assert build(Degradation, kind().model_dump(mode="json"), degradations) == kind()
    x = pictures(2, 3, 8, 8).float()
    assert operator.forward(x).shape[1:] == operator.shape_out
    assert operator.pinv(operator.forward(x)).shape == x.shape
    assert operator.forward(x).dtype == operator.pinv(operator.forward(x)).dtype == torch.float32


@pytest.mark.parametrize("name", NAMES)
def test_no_device_is_mixed_with_another_nor_asked_for_float64(name: str) -> None:
    operator, x = degradations()[name].example((3, 8, 8)), pictures(2, 3, 8, 8).float()
    with OtherDevice():
        there = operator.forward(x.to(ELSEWHERE.torch))
        back, blend = operator.pinv(there), operator.blend(x.to(ELSEWHERE.torch), x.to(ELSEWHERE.torch))
        assert there.device == back.device == blend.device == ELSEWHERE.torch
        torch.testing.assert_close(there.cpu(), operator.forward(x))


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"jpeg", "composition"}])
def test_gradients_are_those_of_finite_differences(name: str) -> None:
    """But for rounding, whose gradient is made up."""
    operator, x = degradations()[name].example((1, 5, 5)), 0.9 * pictures(2, 1, 5, 5)
    assert torch.autograd.gradcheck(operator.forward, (x.requires_grad_(),))
    if isinstance(operator, LinearOperator):
        y = torch.randn(2, *operator.shape_out, dtype=torch.float64)
        assert torch.autograd.gradcheck(operator.adjoint, (y.requires_grad_(),))


@pytest.mark.parametrize("height", [1, 2, 5, 8])
@pytest.mark.parametrize("width", [1, 3, 4, 9])
def test_the_cosine_transform_is_that_of_scipy_and_of_the_matrix(height: int, width: int) -> None:
    x = pictures(2, height, width)
    torch.testing.assert_close(dct2(x), torch.from_numpy(fft.dctn(x.numpy(), axes=(1, 2), norm="ortho")))
    torch.testing.assert_close(dct2(x), cosines(height) @ x @ cosines(width).T)
    torch.testing.assert_close(idct2(dct2(x)), x)
    torch.testing.assert_close(idct(eye(width)).T, cosines(width).T)


@pytest.mark.parametrize("shape", [(1, 8, 8), (2, 5, 7), (3, 8, 8)])
@pytest.mark.parametrize("degradation", [
    RandomProjections(), RandomProjections(measured=1.0), FourierSampling(), FourierSampling(measured=1.0),
    FourierSampling(pattern=Pattern.LINES), FourierSampling(pattern=Pattern.LINES, measured=1.0),
    FourierSampling(fall=0.0),
], ids=str)
def test_rows_are_orthonormal_and_all_of_them_an_isometry(degradation: Degradation, shape: tuple[int, ...]) -> None:
    operator = linear(degradation, *shape)
    matrix = operator.dense()
    torch.testing.assert_close(matrix @ matrix.T, eye(len(matrix)))
    y = torch.randn(2, *operator.shape_out, dtype=torch.float64)
    torch.testing.assert_close(operator.adjoint(y).flatten(1), y.flatten(1) @ matrix)
    torch.testing.assert_close(operator.pinv(y).flatten(1), y.flatten(1) @ matrix)
    torch.testing.assert_close(operator.solve(y, 0.5), y / 1.5)
    if degradation.model_dump()["measured"] == 1:
        assert len(matrix) == math.prod(shape)
        torch.testing.assert_close(matrix.T @ matrix, eye(len(matrix)))


@given(st.integers(1, 12), st.integers(1, 12), st.floats(0.01, 1), st.floats(0, 1), st.sampled_from(Pattern))
def test_frequencies_are_as_many_as_asked_and_hold_the_mean_and_the_centre(
        height: int, width: int, share: float, centre: float, pattern: Pattern) -> None:
    """A pair that would be one too many is left out."""
    degradation = FourierSampling(measured=share, centre=centre, pattern=pattern)
    operator = linear(degradation, 1, height, width, seed=height)
    (channels, count), line = operator.shape_out, width if pattern is Pattern.LINES else 1
    most = max(1, round(share * height * width / line)) * line
    assert channels == 1
    assert most - 2 * line < count <= most
    mean = torch.full((1, 1, height, width), 3.0, dtype=torch.float64)
    torch.testing.assert_close(operator.adjoint(operator.forward(mean)), mean)


def test_low_frequencies_are_measured_and_lines_are_whole() -> None:
    operator = linear(FourierSampling(measured=0.3, pattern=Pattern.LINES), 1, 16, 6)
    seen = operator.adjoint(operator.forward(pictures(1, 1, 16, 6)))
    waves = torch.fft.fft2(seen)[0, 0].abs() > 1e-9
    assert waves.all(1).sum() == waves.any(1).sum() == 5
    slow = torch.cos(2 * torch.pi * torch.arange(32, dtype=torch.float64) / 32).expand(1, 1, 32, 32)
    every = linear(FourierSampling(measured=0.1), 1, 32, 32)
    torch.testing.assert_close(every.adjoint(every.forward(slow)), slow)


def test_each_channel_is_projected_in_its_own_way_and_every_seed_in_another() -> None:
    operator, x = linear(RandomProjections(), 2, 8, 8), pictures(1, 1, 8, 8).expand(1, 2, 8, 8)
    first, second = operator.forward(x)[0]
    assert not torch.allclose(first, second)
    assert torch.equal(operator.forward(x), linear(RandomProjections(), 2, 8, 8).forward(x))
    assert not torch.allclose(operator.forward(x), linear(RandomProjections(), 2, 8, 8, seed=1).forward(x))
    with pytest.raises(BadInput, match=r"A share of 0.3 of 1×1 px is not one number; measure a share of at least 1"):
        made(RandomProjections(), 3, 1, 1)


def test_upright_beams_are_sums_of_columns_and_level_ones_of_rows() -> None:
    for side in (7, 8, 10):
        x, margin = pictures(2, 3, side, side), (detectors(side) - side) // 2
        y = linear(Radon(angles=2), 3, side, side).forward(x)[..., margin:margin + side]
        torch.testing.assert_close(y, torch.stack([x.sum(-2), x.sum(-1)], 2) / side)


def test_a_white_square_is_as_long_as_its_chords() -> None:
    """Beams that enter above and leave below, and no corner between: 1/|cos θ| of the side."""
    side, angles = 32, 10
    y = linear(Radon(angles=angles), 1, side, side).forward(torch.ones(1, 1, side, side, dtype=torch.float64))[0, 0]
    middle = detectors(side) // 2
    for k in range(angles):
        steep = max(abs(math.cos(math.pi * k / angles)), abs(math.sin(math.pi * k / angles)))
        torch.testing.assert_close(y[k, middle - 1:middle + 1], torch.full((2,), 1 / steep, dtype=torch.float64))


def test_a_disc_and_a_blob_have_the_integrals_of_the_plane() -> None:
    """Off the middle: 2√(r² − s²), and √(2π) b exp(−s²/2b²), at s = distance of the beam from theirs."""
    side, angles, (right, down) = 64, 9, (5.0, -7.0)
    fine = (torch.arange(8 * side, dtype=torch.float64) + 0.5) / 8 - side / 2
    inside = ((fine - right).square() + (fine[:, None] - down).square() < 18.0**2).double()
    disc = torch.nn.functional.avg_pool2d(inside[None, None], 8)
    places = torch.arange(side, dtype=torch.float64) - (side - 1) / 2
    blob = torch.exp(-((places - right).square() + (places[:, None] - down).square()) / 50)[None, None]
    seen, soft = (linear(Radon(angles=angles), 1, side, side).forward(x)[0, 0] * side for x in (disc, blob))
    theta = torch.pi * torch.arange(angles, dtype=torch.float64)[:, None] / angles
    s = torch.arange(detectors(side)) - (detectors(side) - 1) / 2 - right * theta.cos() - down * theta.sin()
    exact = 2 * (18.0**2 - s.square()).clamp(min=0).sqrt()
    # within a pixel of the rim the chord grows without bound in slope, which no pixels can follow
    away = (s.abs() - 18).abs() > 2
    assert float((seen - exact)[away].abs().max()) < 0.02 * 36
    assert float((seen.sum(1) / (math.pi * 18**2) - 1).abs().max()) < 2e-3
    assert float((soft - math.sqrt(50 * math.pi) * torch.exp(-s.square() / 50)).abs().max()) < 0.01 * soft.max()


def test_tomography_is_a_matrix_with_its_transpose_and_inverse() -> None:
    operator = linear(Radon(angles=4), 2, 5, 5)
    matrix, y = operator.dense(), torch.randn(3, 2, 4, 9, dtype=torch.float64)
    assert operator.shape_out == (2, 4, 9)
    torch.testing.assert_close(operator.adjoint(y).flatten(1), y.flatten(1) @ matrix)
    x = pictures(3, 2, 5, 5)
    exact = x.flatten(1) @ matrix.T @ torch.linalg.pinv(matrix).T
    torch.testing.assert_close(operator.pinv(operator.forward(x)).flatten(1), exact, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("degradation", "shape", "words"), [
    (Radon(), (3, 8, 12), "goes around a square picture, and this one is 12×8 px; crop it to 8×8 px"),
    (Radon(angles=100), (1, 512, 512), "choose at most 45 views, or a picture of at most 346×346 px"),
    (Radon(angles=720), (1, 4096, 4096), "too many to keep; choose a picture of at most 129×129 px"),
])
def test_tomography_says_what_fits(degradation: Radon, shape: tuple[int, ...], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        made(degradation, *shape)
    side = int(math.sqrt(MOST / 2 / degradation.angles))
    assert isinstance(made(degradation, 1, side, side), Beams)


def tried(pair: Composition, files: dict[str, Tensor]) -> Operator | str:
    """The operator of a pair, or the sentence in which it is refused."""
    try:
        return pair.operator((3, 8, 8), torch.Generator().manual_seed(0), files)
    except BadInput as error:
        return str(error)


@pytest.mark.parametrize("first", parts())
def test_any_two_compose_or_are_refused_in_a_sentence(first: str) -> None:
    """Whatever is registered: the pair is linear where both are, and its adjoint that of the product."""
    files = {"mask": torch.eye(8, dtype=torch.float64), "kernel": torch.ones(3, 3, dtype=torch.float64)}
    for second in parts():
        pair = Composition(first=parts()[first](), second=parts()[second]())
        assert pair.linear is (parts()[first].linear and parts()[second].linear)
        operator = tried(pair, files)
        if isinstance(operator, str):
            assert operator.endswith(".")
            continue
        x = pictures(2, 3, 8, 8)
        y = operator.forward(x)
        assert operator.linear is isinstance(operator, LinearOperator) is pair.linear
        assert tuple(y.shape[1:]) == operator.shape_out
        if isinstance(operator, LinearOperator):
            v = pictures(*y.shape, seed=1)
            torch.testing.assert_close((y * v).sum(), (x * operator.adjoint(v)).sum())
