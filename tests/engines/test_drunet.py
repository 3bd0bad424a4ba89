"""DRUNet: any size, what a pixel depends on, and one embedding for a batch at one time."""

from __future__ import annotations

import pytest
import torch

from engines.component import build
from engines.errors import BadOption
from engines.networks.base import networks
from engines.networks.drunet import DRUNet, DRUNetOptions

SMALL = DRUNetOptions(width=8, mults=(1, 2), depth=1)
# px that a pixel sees on either side, at most: per level its blocks' convolutions at its scale, and the halvings
REACH = 48


def shaken(options: DRUNetOptions = SMALL, classes: int = 0) -> DRUNet:
    """A network in which every weight counts."""
    torch.manual_seed(0)
    network = options.build((3, 16, 16), classes).double()
    with torch.no_grad():
        for weight in network.parameters():
            weight.add_(0.05 * torch.randn_like(weight))
    return network


@pytest.mark.parametrize("side", [(16, 16), (2, 2), (3, 31), (17, 40), (64, 8)])
def test_an_image_of_any_size_comes_back_in_its_size(side: tuple[int, int]) -> None:
    x = torch.randn(2, 3, *side, dtype=torch.float64)
    found = shaken()(x, torch.rand(2))
    assert found.shape == x.shape
    assert found.isfinite().all()


def test_a_pixel_depends_on_its_neighbourhood_alone() -> None:
    """So a tile with enough around it says what the whole image says; nothing is normalised over the image."""
    network, x, t = shaken(), torch.randn(1, 3, 160, 160, dtype=torch.float64), torch.tensor([0.4])
    whole, tile = network(x, t), network(x[:, :, 16:144, 16:144], t)
    inside = slice(REACH, 128 - REACH)
    assert torch.allclose(whole[:, :, 16:144, 16:144][:, :, inside, inside], tile[:, :, inside, inside], atol=1e-12)
    assert not torch.allclose(whole[:, :, 16:144, 16:144], tile, atol=1e-3), "the edge of the tile is seen"


def test_a_shift_by_the_smallest_map_shifts_what_comes_out() -> None:
    network, x, t = shaken(), torch.randn(1, 3, 160, 160, dtype=torch.float64), torch.tensor([0.4])
    shift = SMALL.factor
    moved = network(x.roll(shift, 3), t)
    inside = slice(REACH, 160 - REACH)
    assert torch.allclose(moved[:, :, inside, inside], network(x, t).roll(shift, 3)[:, :, inside, inside], atol=1e-12)


def test_one_time_for_all_is_that_time_for_each() -> None:
    network, x, one = shaken(classes=3), torch.randn(4, 3, 8, 8, dtype=torch.float64), torch.tensor(0.3)
    assert torch.allclose(network(x, one.expand(4)), network(x, one.repeat(4)))
    assert torch.allclose(network(x, one.repeat(4), torch.full((4,), -1)), network(x, one.repeat(4)))
    assert not torch.allclose(network(x, one.repeat(4), torch.tensor([0, 1, 2, -1])), network(x, one.repeat(4)))
    assert not torch.allclose(network(x, one.repeat(4)), network(x, torch.tensor([0.3, 0.4, 0.5, 0.6])))


def test_a_new_one_says_its_bias_alone() -> None:
    """Every block begins as nothing and the last layer is 0, or a deep network without normalisation would not start.
    """
    torch.manual_seed(0)
    network = SMALL.build((3, 16, 16), 0)
    found = network(torch.randn(2, 3, 16, 16), torch.rand(2))
    assert torch.allclose(found[0], found[1])


def test_it_is_found_by_its_name_and_takes_any_size() -> None:
    made = build(networks()["drunet"], {"name": "drunet", "width": 16, "mults": [1, 2, 2]})
    assert made.anywhere
    assert not networks()["unet"].anywhere
    assert made.build((1, 30, 30), 0)(torch.randn(1, 1, 30, 30), torch.rand(1)).shape == (1, 1, 30, 30)
    with pytest.raises(BadOption, match="Levels 1, 0 have one without channels; choose 1 or more for each"):
        DRUNetOptions(mults=(1, 0)).build((3, 16, 16), 0)
