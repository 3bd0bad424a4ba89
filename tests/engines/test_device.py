"""Devices: what is offered on machines that this one is not, with the precision and memory format of each."""

from __future__ import annotations

import pytest
import torch

from engines.device import device, devices
from engines.errors import NoDevice


def machine(monkeypatch: pytest.MonkeyPatch, *, cards: int = 0, bfloat16: bool = True, apple: bool = False) -> None:
    """Pretend to be a machine with so many CUDA cards, or one of Apple's."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cards > 0)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: bfloat16)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: cards)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda i: f"Card {i}")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: apple)


def test_the_processor_computes_in_float32_and_channels_last(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch)
    assert [(d.kind, d.autocast, d.memory_format) for d in devices()] == [("cpu", None, torch.channels_last)]
    assert device().kind == "cpu"
    with pytest.raises(NoDevice, match="Device “cuda” does not exist here; choose cpu"):
        device("cuda")


@pytest.mark.parametrize(("bfloat16", "dtype"), [(True, torch.bfloat16), (False, torch.float16)])
def test_cards_come_first_and_take_the_half_precision_they_have(monkeypatch: pytest.MonkeyPatch, bfloat16: bool,
                                                                dtype: torch.dtype) -> None:
    machine(monkeypatch, cards=2, bfloat16=bfloat16)
    assert [(d.kind, d.title, d.autocast, d.memory_format) for d in devices()[:2]] == [
        (f"cuda:{i}", f"Card {i}", dtype, torch.channels_last) for i in range(2)]
    assert [device(kind).kind for kind in ("auto", "cuda", "cuda:1", "cpu")] == ["cuda:0", "cuda:0", "cuda:1", "cpu"]
    with pytest.raises(NoDevice, match="choose cuda:0 or cuda:1 or cpu"):
        device("mps")


def test_apples_gpu_computes_in_float32_in_the_plain_order(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, apple=True)
    assert [(d.kind, d.autocast, d.memory_format) for d in devices()][0] == ("mps", None, torch.contiguous_format)
    assert device().kind == "mps"
