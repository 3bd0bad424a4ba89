"""Degradations that are not linear, and two in turn: each against a standard, a bound or the product of matrices."""

from __future__ import annotations

import io
import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from engines.component import build
from engines.errors import BadInput, BadMask, BadOption
from engines.operators.base import Degradation, LinearOperator, degradations
from engines.operators.clipping import Clipping
from engines.operators.composition import Composed, ComposedLinear, Composition, parts
from engines.operators.fourier import FourierSampling
from engines.operators.jpeg import COLOUR, LIGHT, SPLIT, Compression, Jpeg, cosines, steps
from engines.operators.mask import PaintedMask
from engines.operators.motion_blur import MotionBlur
from engines.operators.nonlinear_blur import RIDGE, TOE, NonlinearBlur, levels_of, light_of
from engines.operators.phase import Magnitudes, PhaseRetrieval
from engines.operators.radon import Radon
from engines.operators.random_projections import RandomProjections
from tests.engines.test_operators_more import linear, made, pictures

DRAWS = torch.Generator().manual_seed(0)
SIZES = [(1, 8, 8), (3, 8, 8), (3, 13, 21), (2, 5, 3), (1, 1, 1)]


def smooth(*shape: int) -> Tensor:
    """A picture of slow waves, and a little noise, well within [−1, 1]; float64, (1, C, H, W)."""
    channels, height, width = shape
    down, along = torch.arange(height)[:, None] / 9, torch.arange(width) / 7
    waves = torch.stack([torch.sin(down + k) * torch.cos(along - k) for k in range(channels)])[None].double()
    return 0.5 * waves + 0.05 * pictures(1, *shape)


@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("quality", [1, 10, 75, 100])
def test_what_is_compressed_again_stays_as_it_is(shape: tuple[int, ...], quality: int) -> None:
    """To the bit, in both precisions and for blocks of any size."""
    operator = made(Compression(quality=quality), *shape)
    for x in (pictures(2, *shape), 2 * pictures(2, *shape).float()):
        y = operator.forward(x)
        assert torch.equal(operator.forward(operator.pinv(y)), y)
        known = operator.blend(y, x)  # the rounding that x would lose is kept
        torch.testing.assert_close(operator.forward(known), y)


@pytest.mark.parametrize("shape", SIZES)
def test_the_gradient_of_compression_is_as_if_nothing_were_rounded(shape: tuple[int, ...]) -> None:
    x, v = pictures(2, *shape).requires_grad_(), pictures(2, *shape, seed=1)
    (gradient,) = torch.autograd.grad((made(Compression(), *shape).forward(x) * v).sum(), x)
    torch.testing.assert_close(gradient, v)


def test_no_coefficient_is_off_by_more_than_half_a_step() -> None:
    x = pictures(4, 1, 8, 8)
    for quality in (5, 50, 95):
        y = made(Compression(quality=quality), 1, 8, 8).forward(x)
        off = cosines(8) @ (127.5 * (y - x)) @ cosines(8).T
        assert bool((off.abs() <= steps(LIGHT, quality) / 2 + 1e-9).all())


def test_steps_grow_as_quality_falls_and_so_does_the_error() -> None:
    for table in (LIGHT, COLOUR):
        every = torch.stack([steps(table, quality) for quality in range(1, 101)])
        assert torch.equal(every[49], torch.tensor(table).double())
        assert bool((every.diff(dim=0) <= 0).all())
        assert (every.min(), every.max(), every[-1].max()) == (1, 255, 1)
    x = smooth(3, 32, 40)
    errors = [float((made(Compression(quality=q), 3, 32, 40).forward(x) - x).norm()) for q in (2, 10, 30, 60, 90, 100)]
    assert all(worse > better for worse, better in pairwise(errors))


@pytest.mark.parametrize("quality", [3, 20, 49, 50, 60, 90, 100])
def test_steps_are_those_that_pillow_writes(quality: int) -> None:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG", quality=quality)
    with Image.open(file) as image:
        written = image.quantization  # type: ignore[attr-defined]
    assert written == {k: steps(table, quality).flatten().tolist() for k, table in enumerate((LIGHT, COLOUR))}


def by_pillow(levels: Tensor, quality: int) -> Tensor:
    """Whole levels (C, H, W) of grey, or of light and colour, compressed and decoded by Pillow."""
    mode, file = {1: "L", 3: "YCbCr"}[len(levels)], io.BytesIO()
    bands = [Image.fromarray(plane.byte().numpy()) for plane in levels]
    Image.merge(mode, bands).save(file, "JPEG", quality=quality, subsampling=0)
    with Image.open(file) as opened:
        opened.draft(mode, None)  # or it would be mixed to red, green and blue
        return torch.from_numpy(np.array(opened)).reshape(*levels.shape[1:], -1).permute(2, 0, 1).double()


def blocks_of(planes: Tensor) -> Tensor:
    """(C, H, W) -> (C, blocks down, blocks along, 8, 8)."""
    return planes.unflatten(1, (-1, 8)).unflatten(3, (-1, 8)).transpose(2, 3)


@pytest.mark.parametrize("quality", [20, 60, 90])
@pytest.mark.parametrize("channels", [1, 3])
def test_compression_is_that_of_pillow(quality: int, channels: int) -> None:
    """But for its rounding of what is decoded to whole levels; light and colour are compared before they are mixed."""
    levels = (127.5 * (1 + smooth(channels, 48, 64)[0])).round()
    split = torch.tensor(SPLIT).double() if channels == 3 else torch.ones(1, 1, dtype=torch.float64)
    middle = torch.tensor([0.0, 128.0, 128.0]).double()[:channels, None, None]
    x = torch.einsum("cd,dhw->chw", torch.linalg.inv(split), levels - middle)[None] / 127.5 - 1
    y = made(Compression(quality=quality), channels, 48, 64).forward(x)
    ours = torch.einsum("cd,dhw->chw", split, 127.5 * (1 + y[0])) + middle
    off = blocks_of(ours - by_pillow(levels, quality)).abs().amax((-1, -2))
    step = torch.stack([steps(LIGHT, quality), *[steps(COLOUR, quality)] * (channels - 1)])[:, None, None]
    found = cosines(8) @ blocks_of(levels - 128) @ cosines(8).T / step
    # Pillow reckons in eighths, and a coefficient next to half-way between two steps may go the other way there
    sure = ((found - found.floor() - 0.5).abs() * step > 0.1).all(-1).all(-1)
    assert int(sure.sum()) >= 5
    assert float(off[sure].max()) < 0.6


def test_light_and_colour_are_split_as_pillow_does() -> None:
    """To the rounding of its levels."""
    rgb = torch.randint(256, (16, 16, 3), generator=DRAWS, dtype=torch.uint8)
    theirs = torch.from_numpy(np.array(Image.fromarray(rgb.numpy()).convert("YCbCr"))).double()
    ours = rgb.double() @ torch.tensor(SPLIT).double().T + torch.tensor([0.0, 128.0, 128.0])
    assert float((ours.clamp(0, 255) - theirs).abs().max()) < 1.01


def test_clipping_is_undone_between_black_and_white_and_blends_to_what_was_measured() -> None:
    operator = made(Clipping(gain=2.0), 3, 8, 8)
    x, known = pictures(2, 3, 8, 8), pictures(2, 3, 8, 8, seed=1)
    y = operator.forward(known)
    assert torch.equal(y, (2 * known).clip(-1, 1))
    assert torch.equal(operator.forward(operator.pinv(y)), y)
    blend = operator.blend(operator.pinv(y), x)
    torch.testing.assert_close(operator.forward(blend), y, rtol=0, atol=0)
    torch.testing.assert_close(blend[y.abs() < 1], known[y.abs() < 1])
    further = (y == 1) & (x > 0.5)
    assert torch.equal(blend[further], x[further])


def test_magnitudes_keep_the_light_and_know_no_place() -> None:
    """Parseval; a picture turned upside down, and one that is moved within its frame, has the same."""
    operator = made(PhaseRetrieval(), 2, 6, 5)
    assert operator.shape_out == (2, 12, 10)
    x = pictures(3, 2, 6, 5)
    y = operator.forward(x)
    torch.testing.assert_close(y.flatten(1).norm(dim=1), ((1 + x) / 2).flatten(1).norm(dim=1))
    torch.testing.assert_close(operator.forward(x.flip(-1, -2)), y)
    assert made(PhaseRetrieval(oversampling=1.0), 2, 6, 5).shape_out == (2, 6, 5)
    assert torch.equal(operator.blend(pictures(3, 2, 6, 5, seed=1), x), x)


@pytest.mark.parametrize("noisy", [False, True])
@pytest.mark.parametrize("oversampling", [1.0, 1.5, 2.0])
def test_error_reduction_never_increases_the_error(noisy: bool, oversampling: float) -> None:
    """Fienup's theorem, step by step; noise makes magnitudes that no picture has."""
    operator = made(PhaseRetrieval(oversampling=oversampling), 1, 7, 8)
    assert isinstance(operator, Magnitudes)
    y = operator.forward(pictures(3, 1, 7, 8))
    y = (y + 0.1 * noisy * torch.randn(y.shape, generator=DRAWS, dtype=y.dtype)).clamp(min=0)
    errors = list[Tensor]()
    for count in (0, 1, 2, 5, 20, 100):
        x = Magnitudes(operator.shape, operator.frame, count).pinv(y)
        assert float(x.abs().max()) <= 1
        errors.append((operator.forward(x) - y).flatten(1).norm(dim=1))
    assert all(bool((after <= before + 1e-9).all()) for before, after in pairwise(errors))


def test_magnitudes_of_a_known_picture_are_met_where_phases_are_0() -> None:
    """A point of light in the corner has phases of 0: error reduction has nothing left to do."""
    operator, x = made(PhaseRetrieval(), 1, 4, 4), -torch.ones(1, 1, 4, 4, dtype=torch.float64)
    x[..., 0, 0] = 0.5
    torch.testing.assert_close(operator.pinv(operator.forward(x)), x)


def test_the_curve_of_light_is_that_of_srgb_and_can_be_undone_everywhere() -> None:
    level = torch.tensor([0.0, 0.04045, 0.5, 1.0], dtype=torch.float64)
    # IEC 61966-2-1: black, the end of the straight part, the middle, white
    torch.testing.assert_close(light_of(2 * level - 1), torch.tensor([0.0, TOE, 0.2140411, 1.0], dtype=torch.float64),
                               rtol=1e-5, atol=1e-7)
    x = torch.linspace(-3, 3, 1001, dtype=torch.float64)
    torch.testing.assert_close(levels_of(light_of(x)), x, rtol=0, atol=1e-6)
    assert bool((light_of(x).diff() > 0).all())


def test_light_is_blurred_by_a_gaussian_and_none_is_lost() -> None:
    """A point of light becomes exp(−r²/2b²)/2πb², which is far brighter in grey levels than a blur of these."""
    operator, x = made(NonlinearBlur(width=1.5), 1, 32, 32), -torch.ones(1, 1, 32, 32, dtype=torch.float64)
    x[..., 16, 16] = 1
    light = light_of(operator.forward(x))[0, 0]
    r2 = (torch.arange(32) - 16).square() + (torch.arange(32)[:, None] - 16).square()
    torch.testing.assert_close(light, torch.exp(-r2 / 4.5).double() / (4.5 * math.pi), rtol=0, atol=1e-6)
    y = operator.forward(pictures(2, 1, 32, 32))
    torch.testing.assert_close(light_of(y).sum(), light_of(pictures(2, 1, 32, 32)).sum(), rtol=1e-6, atol=0)


def test_light_comes_back_as_far_as_the_ridge_allows() -> None:
    operator, x = made(NonlinearBlur(), 3, 16, 12), pictures(2, 3, 16, 12)
    y = operator.forward(x)
    most = math.sqrt(RIDGE) / 2
    missed = light_of(operator.forward(operator.pinv(y))) - light_of(y)
    assert float(missed.norm()) <= most * float(light_of(x).norm())
    other = pictures(2, 3, 16, 12, seed=1)
    blend = light_of(operator.forward(operator.blend(x, other))) - light_of(y)
    assert float(blend.norm()) <= most * float((light_of(x) - light_of(other)).norm())


PAIRS = [(Radon(angles=5), RandomProjections(measured=0.5)), (Radon(angles=5), FourierSampling(measured=0.4)),
         (PaintedMask(), Radon(angles=3)), (PaintedMask(), RandomProjections())]


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=str)
def test_a_composition_is_the_product_of_the_matrices(first: Degradation, second: Degradation) -> None:
    paint = {"mask": (torch.rand(6, 6, generator=torch.Generator().manual_seed(2)) < 0.5).double()}
    both = Composition(first=first, second=second)
    assert (both.linear, both.files, both.spectral) == (True, first.files, False)
    operator = both.operator((2, 6, 6), torch.Generator().manual_seed(1), paint)
    assert isinstance(operator, ComposedLinear)
    draws = torch.Generator().manual_seed(1)
    one = first.operator((2, 6, 6), draws, paint)
    two = second.operator(one.shape_out, draws, paint)
    assert isinstance(one, LinearOperator)
    assert isinstance(two, LinearOperator)
    assert (operator.shape_in, operator.shape_out) == ((2, 6, 6), two.shape_out)
    matrix = two.dense() @ one.dense()
    torch.testing.assert_close(operator.dense(), matrix)
    y = torch.randn(2, *operator.shape_out, generator=DRAWS, dtype=torch.float64)
    torch.testing.assert_close(operator.adjoint(y).flatten(1), y.flatten(1) @ matrix)
    gram = matrix @ matrix.T + 0.5 * torch.eye(len(matrix), dtype=torch.float64)
    torch.testing.assert_close(operator.solve(y, 0.5).flatten(1).T, torch.linalg.solve(gram, y.flatten(1).T),
                               rtol=1e-4, atol=1e-5)


def test_a_composition_with_one_that_is_not_linear_is_not() -> None:
    """Each composition by its own parts, and the class by its default ones."""
    curved = Composition(first=Radon(), second=Clipping())
    straight = Composition(first=Radon(), second=FourierSampling())
    assert (curved.linear, straight.linear, Composition.linear, Composition.files) == (False, True, False, ())
    assert Composition(first=PaintedMask(), second=PaintedMask()).files == ("mask",)
    operator, x = made(curved, 1, 8, 8), 5 * pictures(2, 1, 8, 8)
    assert isinstance(operator, Composed)
    assert not operator.linear
    beams = linear(Radon(), 1, 8, 8)
    torch.testing.assert_close(operator.forward(x), (2 * beams.forward(x)).clip(-1, 1))
    y = operator.forward(x)
    torch.testing.assert_close(operator.pinv(y), beams.pinv(y / 2))
    camera = made(Composition(), 3, 8, 8)
    assert isinstance(camera, Composed)
    assert isinstance(camera.second, Jpeg)
    again = camera.second.forward(camera.forward(x.expand(2, 3, 8, 8)))
    torch.testing.assert_close(again, camera.forward(x.expand(2, 3, 8, 8)))


def test_a_composition_reads_back_and_holds_no_other() -> None:
    both = Composition(first=Radon(angles=7), second=Clipping(gain=3.0))
    assert build(Degradation, both.model_dump(mode="json"), degradations) == both
    assert "composition" not in parts()
    assert set(parts()) == set(degradations()) - {"composition"}
    for inner in ("composition", {"name": "composition"}, both):
        for place in ("first", "second"):
            with pytest.raises(BadOption, match=f"{place} cannot be “composition”, which would be one within another; "
                                                "choose one of .*clipping"):
                build(Degradation, {"name": "composition", place: inner}, degradations)
    with pytest.raises(BadOption, match="first cannot be “dust”: choose one of"):
        build(Degradation, {"name": "composition", "first": "dust"}, degradations)


def test_what_the_second_cannot_take_is_refused_with_both_named() -> None:
    with pytest.raises(BadInput, match=r"After Fourier sampling there is no picture but 3×19 numbers, which clipping "
                                       r"cannot take; choose another first one, or swap the two\."):
        made(Composition(first=FourierSampling(), second=Clipping()), 3, 8, 8)
    with pytest.raises(BadInput, match="square picture, and this one is 12×30 px"):
        made(Composition(first=Radon(), second=Radon()), 3, 8, 8)
    paint = {"mask": torch.eye(8, dtype=torch.float64)}
    with pytest.raises(BadMask):
        Composition(first=Radon(), second=PaintedMask()).operator((3, 8, 8), DRAWS, paint)


def test_a_pair_is_called_by_both() -> None:
    assert Composition(first=MotionBlur(), second=Compression()).called() == "motion blur, then JPEG compression"
    assert FourierSampling().called() == "Fourier sampling"
