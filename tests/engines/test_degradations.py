"""Kinds of degradations, each against what is known of it, and what they refuse."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.fft
import scipy.ndimage
import torch
from torch import Tensor

from engines.errors import BadInput
from engines.operators.base import Degradation, Operator
from engines.operators.blur import Convolution
from engines.operators.box import Box
from engines.operators.disc_blur import DiscBlur
from engines.operators.downsampling import Downsampled, Reduction, keys
from engines.operators.gaussian_blur import GaussianBlur
from engines.operators.grey import Greyscale, Weights
from engines.operators.identity import NoiseOnly
from engines.operators.kernel_blur import KernelBlur
from engines.operators.lines import Direction, Lines
from engines.operators.mask import Mask
from engines.operators.mirror import Edges
from engines.operators.motion_blur import MotionBlur
from engines.operators.random_pixels import RandomPixels


def generator(seed: int = 0) -> torch.Generator:
    """One of its own."""
    return torch.Generator().manual_seed(seed)


def of(kind: Degradation, shape: tuple[int, ...], seed: int = 0, kernel: Tensor | None = None) -> Operator:
    """The operator on samples of a shape."""
    return kind.operator(shape, generator(seed), {} if kernel is None else {"kernel": kernel})


def known(kind: Degradation, shape: tuple[int, ...], seed: int = 0) -> Tensor:
    """The first channel of a mask (H, W), which is that of every channel."""
    mask = of(kind, shape, seed)
    assert isinstance(mask, Mask)
    assert torch.equal(mask.known, mask.known[:1].expand(shape))
    return mask.known[0]


def picture(*shape: int) -> Tensor:
    """(2, *shape) within [−1, 1]."""
    return 2 * torch.rand(2, *shape, generator=generator(3), dtype=torch.float64) - 1


def kernel_of(kind: KernelBlur | GaussianBlur | MotionBlur | DiscBlur) -> Tensor:
    """Its kernel on a picture that is large enough, scaled to the sum 1."""
    kernel = kind.kernel((1, 64, 64), {})
    return kernel / kernel.sum()


def convolved(x: Tensor, kernel: Tensor) -> Tensor:
    """By scipy, of which the middle of a kernel is at half its side too; every channel by itself."""
    flat = [scipy.ndimage.convolve(one.numpy(), kernel.numpy(), mode="wrap") for one in x.flatten(0, 1)]
    return torch.stack([torch.from_numpy(one) for one in flat]).reshape(x.shape)


@pytest.mark.parametrize("share", [10, 50, 92])
def test_random_pixels_are_as_many_as_asked_for(share: float) -> None:
    first, other = (known(RandomPixels(share=share), (3, 20, 30), seed) for seed in (0, 1))
    assert float(first.sum()) == float(other.sum()) == share / 100 * 600
    assert not torch.equal(first, other)


@pytest.mark.parametrize(("across", "down", "left", "top"), [
    (0, 0, 6, 3), (-100, -100, 0, 0), (100, 100, 12, 6), (100, -100, 12, 0), (-50, 0, 3, 3)])
def test_a_box_lies_where_it_is_placed(across: float, down: float, left: int, top: int) -> None:
    hole = torch.ones(12, 24)
    hole[top:top + 6, left:left + 12] = 0
    assert torch.equal(known(Box(across=across, down=down), (2, 12, 24)), hole.double())


def test_lines_are_kept_evenly_or_at_random() -> None:
    rows, columns = torch.zeros(8, 10), torch.zeros(8, 10)
    rows[::3], columns[:, ::3] = 1, 1
    assert torch.equal(known(Lines(every=3), (1, 8, 10)), rows.double())
    assert torch.equal(known(Lines(every=3, direction=Direction.COLUMNS), (1, 8, 10)), columns.double())
    kind = Lines(every=4, direction=Direction.COLUMNS, scattered=True)
    scattered = [known(kind, (1, 8, 40), seed) for seed in (0, 1)]
    for found in scattered:
        assert float(found[0].sum()) == 10
        assert torch.equal(found, found[:1].expand(8, 40))
    assert not torch.equal(*scattered)


@pytest.mark.parametrize("size", [(3, 3), (4, 5), (1, 7), (9, 11)])
def test_a_drawn_kernel_is_a_convolution(size: tuple[int, int]) -> None:
    """Of odd and even sides, as large as the picture, and not symmetric."""
    x, kernel = picture(2, 9, 11), torch.rand(size, generator=generator(), dtype=torch.float64)
    blurred = of(KernelBlur(), (2, 9, 11), kernel=kernel).forward(x)
    torch.testing.assert_close(blurred, convolved(x, kernel / kernel.sum()), rtol=0, atol=1e-12)
    single = of(KernelBlur(), (2, 9, 11), kernel=kernel.float()).forward(x.float())
    torch.testing.assert_close(single.double(), blurred, rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", [GaussianBlur(width=0.7), GaussianBlur(width=1.3), MotionBlur(), MotionBlur(angle=-80),
                                  DiscBlur(), DiscBlur(radius=1.7)], ids=repr)
def test_a_blur_is_the_convolution_with_its_kernel(kind: GaussianBlur | MotionBlur | DiscBlur) -> None:
    """But for frequencies of which a millionth at most passes."""
    x = picture(3, 12, 9)
    torch.testing.assert_close(of(kind, (3, 12, 9)).forward(x), convolved(x, kernel_of(kind)), rtol=0, atol=1e-6)


@pytest.mark.parametrize("width", [0.8, 2.0, 4.0])
def test_a_gaussian_blur_is_scipys(width: float) -> None:
    x = picture(1, 16, 20)
    theirs = scipy.ndimage.gaussian_filter(x.numpy(), (0, 0, width, width), mode="wrap", truncate=6)
    torch.testing.assert_close(of(GaussianBlur(width=width), (1, 16, 20)).forward(x), torch.from_numpy(theirs), rtol=0,
                               atol=1e-6)


def test_a_motion_along_a_row_is_a_line_with_shared_ends() -> None:
    """The share of a pixel is a triangle over the way, whose integrals are eighths."""
    kernel = kernel_of(MotionBlur(length=3, angle=0))
    line = torch.tensor([0, 1, 7, 8, 7, 1, 0], dtype=torch.float64) / 24
    torch.testing.assert_close(kernel[3], line, rtol=0, atol=1e-15)
    assert float(kernel.sum() - kernel[3].sum()) == 0
    for turned, angle in ((kernel.T, 90), (kernel, 180)):
        torch.testing.assert_close(kernel_of(MotionBlur(length=3, angle=angle)), turned, rtol=0, atol=1e-12)


@pytest.mark.parametrize("angle", [0, 30, 45, 110, -20])
def test_a_motion_goes_its_length_in_its_direction(angle: float) -> None:
    """Of its second moments, that across is a pixel's own (1/4 at most), and that along has length²/12 more."""
    kernel = kernel_of(MotionBlur(length=20, angle=angle))
    line = torch.arange(len(kernel), dtype=torch.float64) - len(kernel) // 2
    right, up = line[None, :].expand_as(kernel), -line[:, None].expand_as(kernel)
    turn = math.radians(angle)
    along, across = right * math.cos(turn) + up * math.sin(turn), up * math.cos(turn) - right * math.sin(turn)
    assert float((kernel * along).sum()) == pytest.approx(0, abs=1e-12)
    assert 0 <= float((kernel * along**2).sum()) - 400 / 12 <= 0.26
    assert 0 <= float((kernel * across**2).sum()) <= 0.25


@pytest.mark.parametrize("radius", [0.5, 1.0, 2.5, 7.3])
def test_a_disc_covers_its_share_of_each_pixel(radius: float) -> None:
    """By counting points, of which those on the edge leave a few thousandths; and with every symmetry."""
    kernel = DiscBlur(radius=radius).kernel((1, 64, 64), {})
    side, fine = len(kernel), 120
    points = (torch.arange(side * fine, dtype=torch.float64) + 0.5) / fine - side / 2
    within = points[:, None] ** 2 + points[None, :] ** 2 <= radius**2
    counted = within.double().reshape(side, fine, side, fine).mean(dim=(1, 3))
    torch.testing.assert_close(kernel, counted, rtol=0, atol=5e-3)
    assert float(kernel.sum()) == pytest.approx(math.pi * radius**2, rel=1e-3)
    for turned in (kernel.T, kernel.flip(0), kernel.flip(1)):
        torch.testing.assert_close(turned, kernel, rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", [GaussianBlur(width=1.1, edges=Edges.REFLECT), DiscBlur(edges=Edges.REFLECT),
                                  GaussianBlur(width=3, edges=Edges.REFLECT)], ids=repr)
def test_mirrored_edges_are_scipys_and_diagonal_in_the_basis_of_cosines(kind: GaussianBlur | DiscBlur) -> None:
    """Whose forms are compared with scipy's own transform; the matrix is symmetric, and a constant stays one."""
    x, a = picture(2, 9, 12), kind.operator((2, 9, 12), generator(), {})
    theirs = [scipy.ndimage.convolve(one.numpy(), kernel_of(kind).numpy(), mode="reflect") for one in x.flatten(0, 1)]
    torch.testing.assert_close(a.forward(x), torch.tensor(np.stack(theirs)).reshape(x.shape), rtol=0, atol=1e-6)
    torch.testing.assert_close(a.dense(), a.dense().T, rtol=0, atol=1e-12)
    torch.testing.assert_close(a.forward(torch.ones_like(x)), torch.ones_like(x), rtol=0, atol=1e-12)
    spectrum = a.spectrum()
    assert spectrum is not None
    cosines = spectrum.analyse(x)
    by_scipy = torch.from_numpy(scipy.fft.dctn(x.numpy(), axes=(-2, -1), norm="ortho"))
    torch.testing.assert_close(cosines, by_scipy, rtol=0, atol=1e-12)
    torch.testing.assert_close(spectrum.synthesise(cosines), x, rtol=0, atol=1e-12)
    turned = spectrum.analyse(a.forward(a.adjoint(x)))
    torch.testing.assert_close(turned, spectrum.values * cosines, rtol=0, atol=1e-12)
    torch.testing.assert_close(a.forward(a.pinv(a.forward(x))), a.forward(x), rtol=0, atol=1e-9)
    single = spectrum.synthesise(spectrum.analyse(x.float()))
    torch.testing.assert_close(single, x.float(), rtol=0, atol=1e-5)


def test_frequencies_that_hardly_pass_are_stopped_and_those_that_do_are_found_again() -> None:
    """So that what a pseudo-inverse gives is measured as the picture was, however wide the blur."""
    x = picture(1, 28, 28)
    for width in (0.5, 1.5, 3.0, 14.0):
        blur = of(GaussianBlur(width=width), (1, 28, 28))
        assert isinstance(blur, Convolution)
        size = blur.response.abs()
        assert float(size[size > 0].min()) > 1e-6
        y = blur.forward(x)
        torch.testing.assert_close(blur.forward(blur.pinv(y)), y, rtol=0, atol=1e-9)


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_bicubic_is_torchs_with_antialiasing_but_for_the_edges(factor: int) -> None:
    x = picture(2, 20 * factor, 16 * factor)
    ours = of(Downsampled(factor=factor), (2, 20 * factor, 16 * factor)).forward(x)
    theirs = torch.nn.functional.interpolate(x, scale_factor=1 / factor, mode="bicubic", antialias=True)
    torch.testing.assert_close(ours[..., 2:-2, 2:-2], theirs[..., 2:-2, 2:-2], rtol=0, atol=1e-12)


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_box_is_the_mean_of_the_block(factor: int) -> None:
    shape = (2, 4 * factor, 5 * factor)
    operator, x = of(Downsampled(factor=factor, kernel=Reduction.BOX), shape), picture(*shape)
    torch.testing.assert_close(operator.forward(x), torch.nn.functional.avg_pool2d(x, factor), rtol=0, atol=1e-12)
    # each small pixel comes back as its block
    y = operator.forward(x)
    blocks = y.repeat_interleave(factor, -1).repeat_interleave(factor, -2)
    torch.testing.assert_close(operator.pinv(y), blocks, rtol=0, atol=1e-12)


@pytest.mark.parametrize("kernel", Reduction)
def test_the_eigenvalues_of_fewer_pixels_are_those_of_the_matrix(kernel: Reduction) -> None:
    """All of them, and for box means each is 1 / factor²."""
    operator = Downsampled(factor=2, kernel=kernel).operator((1, 12, 16), generator(), {})
    m = operator.dense()
    exact, ours = torch.linalg.eigvalsh(m @ m.T), operator.spectrum().values.flatten().sort().values
    torch.testing.assert_close(ours, exact, rtol=0, atol=1e-12)
    if kernel is Reduction.BOX:
        torch.testing.assert_close(ours, torch.full_like(ours, 0.25), rtol=0, atol=1e-15)


def test_keys_kernel_is_a_partition_of_one_that_keeps_parabolas() -> None:
    """Section II of the paper: with a = −1/2 the interpolation is exact up to the second power."""
    u = torch.linspace(0, 1, 11, dtype=torch.float64)
    nodes = torch.arange(-2, 4, dtype=torch.float64)
    weights = keys(u[:, None] - nodes)
    for power in (0, 1, 2):
        torch.testing.assert_close(weights @ nodes**power, u**power, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("weights", "shares"), [(Weights.LUMA, (0.299, 0.587, 0.114)), (Weights.MEAN, (1 / 3,) * 3)])
def test_grey_is_a_weighted_sum_and_its_pseudo_inverse_the_nearest_colour(weights: Weights,
                                                                         shares: tuple[float, ...]) -> None:
    kind, x, w = Greyscale(weights=weights), picture(3, 4, 5), torch.tensor(shares, dtype=torch.float64)
    assert sum(shares) == pytest.approx(1, abs=1e-15)
    grey = of(kind, (3, 4, 5))
    torch.testing.assert_close(grey.forward(x)[:, 0], torch.einsum("bchw,c->bhw", x, w))
    back = grey.pinv(grey.forward(x))
    torch.testing.assert_close(back, grey.forward(x) * w[:, None, None] / w.square().sum())
    assert (f"{shares[0]}" if weights is Weights.LUMA else r"\frac{1}{3}") in kind.lines()[0]


REFUSED = [
    (RandomPixels(share=0.5), (1, 8, 8), "A share of 0.5 % leaves none of 8×8 px; choose a larger share."),
    (RandomPixels(share=99.5), (1, 8, 8), "A share of 99.5 % leaves all of 8×8 px and nothing to fill; "
                                          "choose a smaller share."),
    (RandomPixels(), (1, 1, 1), "A share of 50 % leaves none of 1×1 px; choose a larger share."),
    (Box(side=3), (1, 8, 8), "A box of 3 % of each side leaves all of 8×8 px and nothing to fill; "
                             "choose a larger box."),
    (Box(side=100), (1, 8, 6), "A box of 100 % of each side leaves none of 6×8 px; choose a smaller box."),
    (Lines(every=9), (1, 8, 20), "One line of 9 is more than the 8 rows of 20×8 px; choose one of 8 or fewer."),
    (Lines(), (1, 1, 6), "One line of 2 leaves all of 6×1 px and nothing to fill; choose a picture of 2 or more rows."),
    (GaussianBlur(width=5), (1, 8, 12), "A width of 5 px is too large for 12×8 px; choose 4 px or less."),
    (MotionBlur(length=9.5), (1, 12, 9), "A length of 9.5 px is too large for 9×12 px; choose 9 px or less."),
    (DiscBlur(radius=20), (1, 28, 28), "A radius of 20 px is too large for 28×28 px; choose 14 px or less."),
    (Downsampled(), (1, 30, 28), "28×30 px do not divide into blocks of 4×4 px; choose a picture of 28×28 px, or "
                                 "another factor."),
    (Downsampled(factor=2), (1, 1, 1), "1×1 px do not divide into blocks of 2×2 px; choose a picture of 2×2 px, or "
                                       "another factor."),
    (Greyscale(), (1, 8, 8), "Grey is made of 3 channels, and a picture has 1 here; choose a model of colour "
                             "pictures."),
]


@pytest.mark.parametrize(("kind", "shape", "sentence"), REFUSED)
def test_what_does_not_fit_is_refused_in_one_sentence(kind: Degradation, shape: tuple[int, ...], sentence: str) -> None:
    with pytest.raises(BadInput) as error:
        of(kind, shape)
    assert str(error.value) == sentence


@pytest.mark.parametrize(("kernel", "sentence"), [
    (None, "The blur has no kernel; draw one, or choose a file of one."),
    (torch.ones(3), r"The kernel has the shape (3,); give one of rows and columns."),
    (torch.ones(9, 3), "The kernel of 3×9 px is larger than the picture of 10×8 px; draw a smaller one."),
    (torch.ones(3, 11), "The kernel of 11×3 px is larger than the picture of 10×8 px; draw a smaller one."),
    (torch.tensor([[1.0, math.nan], [math.inf, 0]]), "The kernel has 2 weights that are not finite; give it finite "
                                                     "ones."),
    (torch.zeros(3, 3), "The kernel sums to 0, so that it cannot be scaled to keep the brightness; draw one that is "
                        "brighter than it is dark."),
    (torch.tensor([[0.1, -0.3, 0.2]]), "The kernel sums to 0, so that it cannot be scaled to keep the brightness; "
                                       "draw one that is brighter than it is dark.")])
def test_bad_kernels(kernel: Tensor | None, sentence: str) -> None:
    with pytest.raises(BadInput) as error:
        of(KernelBlur(), (1, 8, 10), kernel=kernel)
    assert str(error.value) == sentence


def test_noise_only_leaves_a_single_pixel_as_it_is() -> None:
    x = picture(1, 1, 1)
    assert torch.equal(of(NoiseOnly(), (1, 1, 1)).forward(x), x)
