"""Folders as diffusers itself writes them, with random weights of which every one counts."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import diffusers
import torch

# google/ddpm-cifar10-32 but for its widths (128, 256, 256, 256), which are an eighth here
CIFAR: dict[str, Any] = {
    "act_fn": "silu", "attention_head_dim": None, "block_out_channels": (32, 64, 64, 64), "center_input_sample": False,
    "down_block_types": ("DownBlock2D", "AttnDownBlock2D", "DownBlock2D", "DownBlock2D"), "downsample_padding": 0,
    "flip_sin_to_cos": False, "freq_shift": 1, "in_channels": 3, "layers_per_block": 2, "mid_block_scale_factor": 1,
    "norm_eps": 1e-6, "norm_num_groups": 32, "out_channels": 3, "sample_size": 32,
    "time_embedding_type": "positional",
    "up_block_types": ("UpBlock2D", "UpBlock2D", "AttnUpBlock2D", "UpBlock2D"),
}
# google/ddpm-celebahq-256, narrower and of smaller images
CELEBA: dict[str, Any] = {
    **CIFAR, "block_out_channels": (32, 32, 64, 64, 96, 96), "sample_size": 64,
    "down_block_types": ("DownBlock2D",) * 4 + ("AttnDownBlock2D", "DownBlock2D"),
    "up_block_types": ("UpBlock2D", "AttnUpBlock2D") + ("UpBlock2D",) * 4,
}
# small, with the defaults of diffusers for all else
PLAIN: dict[str, Any] = {
    "sample_size": 8, "in_channels": 1, "out_channels": 1, "layers_per_block": 1, "block_out_channels": (16, 32),
    "down_block_types": ("DownBlock2D", "AttnDownBlock2D"), "up_block_types": ("AttnUpBlock2D", "UpBlock2D"),
    "norm_num_groups": 8,
}


def network(config: dict[str, Any], seed: int = 0) -> Any:
    """A `UNet2DModel` whose weights are all away from zero."""
    torch.manual_seed(seed)
    made = diffusers.UNet2DModel(**config).eval().requires_grad_(False)
    for weight in made.parameters():
        weight.add_(0.03 * torch.randn_like(weight))
    return made


def pipeline(folder: Path, config: dict[str, Any], scheduler: Any = None) -> Any:
    """Write a whole pipeline and return it."""
    scheduler = scheduler or diffusers.DDPMScheduler()
    kind = diffusers.DDPMPipeline if isinstance(scheduler, diffusers.DDPMScheduler) else diffusers.DDIMPipeline
    made = kind(unet=network(config), scheduler=scheduler)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made.save_pretrained(folder, safe_serialization=True)
    scheduler.save_pretrained(folder / "scheduler")  # a DDIMPipeline makes one of its own of any other
    return made
