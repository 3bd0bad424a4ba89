"""The U-Net: equality with diffusers both ways, embeddings by table, shapes, classes, bad sizes."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import pytest
import torch

from engines.errors import BadOption
from engines.networks.diffusers_map import config, timesteps, to_diffusers
from engines.networks.unet import Shape, UNet, UNetOptions

CASES = [
    (UNetOptions(width=16, mults=(1, 2, 4), head=32), Shape(1, 28, 10)),
    (UNetOptions(width=16, mults=(1, 2), depth=2, attention=(16, 8), head=16, groups=4), Shape(3, 16, 0)),
    (UNetOptions(width=32, mults=(1, 1, 2, 2), attention=(8,), head=8), Shape(4, 32, 3)),
]


def randomised(network: torch.nn.Module, seed: int) -> torch.nn.Module:
    """The network with no weight at zero, so that every path counts."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for p in network.parameters():
            p.add_(0.05 * torch.randn_like(p))
    return network.eval()


def adopted(theirs: Mapping[str, torch.Tensor], ours: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Their weights under our names: each number goes back to where `to_diffusers` takes it from."""
    sizes = [weight.numel() for weight in ours.values()]
    places = {name: numbers.view_as(ours[name])
              for name, numbers in zip(ours, torch.arange(sum(sizes)).split(sizes), strict=True)}
    flat = torch.full((sum(sizes),), torch.nan)
    for name, place in to_diffusers(places).items():
        flat[place] = theirs[name]
    return {name: flat[place] for name, place in places.items()}


def diffusers_unet(options: UNetOptions, shape: Shape) -> torch.nn.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from diffusers import UNet2DModel

        return UNet2DModel(**config(options, shape)).eval()


def sample(shape: Shape) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    labels = torch.tensor([-1, 0, max(0, shape.classes - 1)])
    return torch.randn(3, shape.channels, shape.size, shape.size), torch.tensor([0.001, 0.37, 0.999]), labels


def outputs(ours: torch.nn.Module, theirs: torch.nn.Module, shape: Shape) -> tuple[torch.Tensor, torch.Tensor]:
    x, t, c = sample(shape)
    rows = torch.where(c < 0, shape.classes, c) if shape.classes else None
    with torch.no_grad():
        return ours(x, t, c if shape.classes else None), theirs(x, timesteps(t), rows).sample


@pytest.mark.parametrize(("options", "shape"), CASES)
def test_our_weights_in_diffusers_give_our_output(options, shape):
    ours, theirs = randomised(UNet(options, shape), 0), diffusers_unet(options, shape)
    theirs.load_state_dict(to_diffusers(ours.state_dict()), strict=True)
    a, b = outputs(ours, theirs, shape)
    assert a.abs().max() > 0.1
    torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("options", "shape"), CASES)
def test_diffusers_weights_in_ours_give_their_output(options, shape):
    ours, theirs = UNet(options, shape).eval(), randomised(diffusers_unet(options, shape), 2)
    ours.load_state_dict(adopted(theirs.state_dict(), ours.state_dict()), strict=True)
    a, b = outputs(ours, theirs, shape)
    torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("options", "shape"), CASES)
def test_weights_survive_the_round_trip(options, shape):
    weights = UNet(options, shape).state_dict()
    back = adopted(to_diffusers(weights), weights)
    assert list(back) == list(weights)
    assert all(torch.equal(back[name], weights[name]) for name in weights)


def test_table_holds_the_embedding_of_every_time_and_class():
    options, shape = CASES[0]
    network = randomised(UNet(options, shape), 0)
    x, t, c = sample(shape)
    table = network.table(t)
    assert table.shape[:2] == (3, 11)
    with torch.no_grad():
        direct = network(x, t, c)
        looked_up = network.forward_embedded(x, table[torch.arange(3), c])
    torch.testing.assert_close(direct, looked_up, atol=1e-5, rtol=1e-5)


def test_free_is_a_class_of_its_own_and_the_default():
    options, shape = CASES[0]
    network = randomised(UNet(options, shape), 0)
    x, t, _ = sample(shape)
    with torch.no_grad():
        free, none = network(x, t, torch.full((3,), -1)), network(x, t)
        classes = [network(x, t, torch.full((3,), k)) for k in range(10)]
    assert torch.equal(free, none)
    assert all((free - k).abs().max() > 1e-4 for k in classes)


def test_channels_last_gives_the_same():
    options, shape = CASES[0]
    network = randomised(UNet(options, shape), 0)
    x, t, c = sample(shape)
    with torch.no_grad():
        plain = network(x, t, c)
        last = network.to(memory_format=torch.channels_last)(x.contiguous(memory_format=torch.channels_last), t, c)
    torch.testing.assert_close(plain, last, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("values", "shape", "words"), [
    ({}, Shape(1, 30, 0), ("30 px", "choose 32 px")),
    ({"width": 24, "groups": 7}, Shape(1, 28, 0), ("24 channels", "7 groups")),
    ({"width": 24, "mults": (1, 2), "head": 32}, Shape(1, 28, 0), ("48 channels", "heads of 32")),
    ({"mults": (1, 0)}, Shape(1, 28, 0), ("0 channels",)),
])
def test_sizes_that_do_not_fit_are_refused_in_one_sentence(values, shape, words):
    with pytest.raises(BadOption) as caught:
        UNet(UNetOptions(**values), shape)
    assert all(word in str(caught.value) for word in words)
