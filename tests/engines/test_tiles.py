"""Tiles: the answer and the gradient of the whole picture, in pieces of bounded size."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from engines.denoiser import Contribution, Denoised, Denoiser
from engines.errors import BadOption
from engines.networks.drunet import DRUNetOptions
from engines.networks.unet import UNetOptions
from engines.tiles import Layout, Tiled, tiled, uncut

T = torch.tensor(0.4, dtype=torch.float64)
REACH = 6  # px that a pixel of `convolutional` sees on either side: three kernels of 5×5
MOST = 40 * 40
LAYOUT = Layout(side=40, margin=REACH, ramp=4)


class Asked(Denoiser):
    """A denoiser of a function x -> x0, that remembers the shapes it was asked about."""

    def __init__(self, of: nn.Module | None = None) -> None:
        self.of, self.shapes = of, list[tuple[int, ...]]()

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        self.shapes.append(tuple(x.shape))
        shift = t if cond is None else t + cond[:, None, None, None]
        x0 = torch.tanh(3 * x) * shift if self.of is None else self.of(x) * shift
        return Denoised(x0, (Contribution("guidance", x0.square()),), (Contribution("likelihood", -x0),), x0 + 1)


def convolutional() -> nn.Module:
    """Looks `REACH` px around; its zeros beyond the picture's own edge are seen by tiles at that edge too."""
    torch.manual_seed(0)
    layers = [nn.Conv2d(2, 4, 5, padding=2), nn.SiLU(), nn.Conv2d(4, 4, 5, padding=2), nn.SiLU(),
              nn.Conv2d(4, 2, 5, padding=2)]
    return nn.Sequential(*layers).double().requires_grad_(False)


def picture(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def tensors(found: Denoised) -> list[Tensor]:
    assert found.share is not None
    return [found.x0, found.contributions[0].delta, found.pushes[0].delta, found.share]


SIZES = [(64, 64), (41, 40), (97, 113), (150, 33), (7, 300)]


@pytest.mark.parametrize("size", SIZES)
def test_where_the_reach_is_within_the_margin_tiles_give_the_whole_answer(size: tuple[int, int]) -> None:
    prior, x = Asked(convolutional()), picture(1, 2, *size)
    whole, found = prior.denoise(x, T), Tiled(prior, LAYOUT, MOST).denoise(x, T)
    assert len(prior.shapes) > 2
    for one, other in zip(tensors(found), tensors(whole), strict=True):
        assert torch.allclose(one, other, rtol=0, atol=1e-13)
    assert found.contributions[0].term == "guidance"
    assert found.pushes[0].term == "likelihood"


@pytest.mark.parametrize("size", SIZES)
def test_the_gradient_is_that_of_the_whole_picture_as_often_as_it_is_asked_for(size: tuple[int, int]) -> None:
    prior, x = Asked(convolutional()), picture(1, 2, *size).requires_grad_()
    along = [picture(1, 2, *size) * k for k in (1, -2, 3, 0.5)]
    whole, found = prior.denoise(x, T), Tiled(prior, LAYOUT, MOST).denoise(x, T)
    (slope,) = torch.autograd.grad(tensors(whole), x, along, retain_graph=True)
    for _ in range(2):
        (in_tiles,) = torch.autograd.grad(tensors(found), x, along, retain_graph=True)
        assert torch.allclose(in_tiles, slope, rtol=0, atol=1e-11)
    (alone,) = torch.autograd.grad(found.x0, x, along[0])  # as if nothing else had been said
    assert torch.allclose(alone, torch.autograd.grad(whole.x0, x, along[0])[0], rtol=0, atol=1e-11)


def test_a_margin_that_is_less_than_the_reach_shows() -> None:
    prior, x = Asked(convolutional()), picture(1, 2, 97, 113)
    near = Tiled(prior, Layout(side=40, margin=1, ramp=4), MOST).denoise(x, T)
    assert float((near.x0 - prior.denoise(x, T).x0).abs().max()) > 1e-6


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_what_looks_at_each_pixel_alone_is_the_same_to_the_bit(size: tuple[int, int], dtype: torch.dtype) -> None:
    prior, x = Asked(), picture(1, 3, *size).to(dtype)
    found = Tiled(prior, Layout(side=40, margin=0, ramp=8), MOST).denoise(x, T)
    assert all((a == b).all() for a, b in zip(tensors(found), tensors(prior.denoise(x, T)), strict=True))


def test_a_network_of_several_sizes_gives_the_whole_answer_too() -> None:
    """Tiles begin where its smallest map has a pixel, and a side that does not divide is padded as in the whole."""
    options = DRUNetOptions(width=8, mults=(1, 2), depth=1)
    torch.manual_seed(0)
    network = options.build((2, 16, 16), 0).double().requires_grad_(False)
    for weight in network.parameters():
        weight.add_(0.05 * torch.randn_like(weight))

    class Prior(Denoiser):
        def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
            return Denoised(network(x, t.float().expand(len(x)), cond))

    x = picture(1, 2, 315, 30)
    found = Tiled(Prior(), Layout(side=224, margin=48, ramp=16, grid=options.factor), 224 * 30).denoise(x, T)
    assert torch.allclose(found.x0, Prior().denoise(x, T).x0, rtol=0, atol=1e-12)


@settings(deadline=None, max_examples=200)
@given(st.integers(1, 3000), st.integers(1, 24), st.integers(0, 30), st.integers(1, 40), st.integers(2, 5))
def test_weights_sum_to_one_everywhere_and_are_zero_beside_a_cut(length: int, grid: int, margin: int, ramp: int,
                                                                 times: int) -> None:
    shared = Layout(10**6, margin, ramp, grid).shared * grid
    layout = Layout(times * shared, margin, ramp, grid)
    spans, total = layout.spans(length), torch.zeros(length, dtype=torch.float64)
    for span in spans:
        total[span.pixels] += span.weight
        assert span.start % grid == 0
        assert span.stop - span.start <= layout.side
        assert float(span.weight.min()) >= 0
        if span.start:
            assert not span.weight[:margin].any()
        if span.stop < length:
            assert not span.weight[len(span.weight) - margin:].any()
    assert (total - 1).abs().max() < 1e-15
    assert (spans[0].start, spans[-1].stop) == (0, length)
    assert all(before.stop - after.start >= shared for before, after in zip(spans, spans[1:], strict=False))


def test_never_more_pixels_at_once_than_allowed_and_nothing_is_kept_for_the_gradient() -> None:
    prior, x = Asked(convolutional()), picture(3, 2, 200, 90).requires_grad_()
    kept = list[Tensor]()
    with torch.autograd.graph.saved_tensors_hooks(lambda one: kept.append(one) or one, lambda one: one):
        found = Tiled(prior, LAYOUT, MOST).denoise(x, T)
        torch.autograd.grad(found.x0.square().sum(), x)
    assert max(b * h * w for b, _, h, w in prior.shapes) <= MOST
    inside = [one for one in kept if one.shape[-2:] == x.shape[-2:]]
    assert {one.shape for one in inside} == {x.shape}
    assert len(inside) <= 2  # the state, and x0 for its square


def test_a_batch_of_small_pictures_is_taken_apart_with_the_times_and_labels_of_each() -> None:
    prior, x = Asked(), picture(5, 2, 30, 30)
    t, cond = torch.linspace(0.1, 0.9, 5, dtype=torch.float64)[:, None, None, None], torch.arange(5)
    found = Tiled(prior, LAYOUT, 2 * 30 * 30).denoise(x, t, cond)
    assert prior.shapes == [(2, 2, 30, 30), (2, 2, 30, 30), (1, 2, 30, 30)]
    assert all((a == b).all() for a, b in zip(tensors(found), tensors(prior.denoise(x, t, cond)), strict=True))


def test_what_is_small_goes_to_the_prior_as_it_is() -> None:
    prior, x = Asked(), picture(2, 2, 20, 40)
    Tiled(prior, LAYOUT, MOST).denoise(x, T)
    assert prior.shapes == [(2, 2, 20, 40)]
    assert [span.pixels for span in uncut(7)] == [slice(0, 7)]
    assert tiled(prior, UNetOptions()) is prior
    assert isinstance(tiled(prior, DRUNetOptions()), Tiled)


def test_tiles_that_are_mostly_shared_are_refused() -> None:
    with pytest.raises(BadOption, match="Tiles of 64 px cannot share 48 px with each other; choose tiles of at least"):
        Layout(side=64, margin=16, ramp=10, grid=16)
