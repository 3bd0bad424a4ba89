"""Our weights as those of `diffusers.UNet2DModel`, one to one; diffusers itself is not needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from engines.errors import BadCheckpoint
from engines.networks.layers import TIME_SCALE
from engines.networks.unet import Shape, UNetSize

# ours -> theirs, applied one after the other
_RENAMES = (
    (r"^time\.0\.", "time_embedding.linear_1."),
    (r"^time\.2\.", "time_embedding.linear_2."),
    (r"^labels\.", "class_embedding."),
    (r"^norm_out\.", "conv_norm_out."),
    (r"^down\.(\d+)\.change\.", r"down_blocks.\1.downsamplers.0."),
    (r"^up\.(\d+)\.change\.", r"up_blocks.\1.upsamplers.0."),
    (r"^(down|up)\.(\d+)\.", r"\1_blocks.\2."),
    (r"^mid\.", "mid_block."),
    (r"\.blocks\.(\d+)\.", r".resnets.\1."),
    (r"\.shift\.", ".time_emb_proj."),
    (r"\.bridge\.", ".conv_shortcut."),
    (r"(\.attentions\.\d+)\.norm\.", r"\1.group_norm."),
    (r"(\.attentions\.\d+)\.out\.", r"\1.to_out.0."),
)

# what diffusers called the parts of an attention before, and what since
_EARLIER = ((".query.", ".to_q."), (".key.", ".to_k."), (".value.", ".to_v."), (".proj_attn.", ".to_out.0."))


def config(options: UNetSize, shape: Shape) -> dict[str, Any]:
    """Arguments of the `UNet2DModel` with the same function; its timesteps are 1,000·t."""
    attends = [shape.size >> level in options.attention for level in range(len(options.mults))]
    return {
        "sample_size": shape.size, "in_channels": shape.channels, "out_channels": shape.channels,
        "down_block_types": tuple("AttnDownBlock2D" if a else "DownBlock2D" for a in attends),
        "up_block_types": tuple("AttnUpBlock2D" if a else "UpBlock2D" for a in reversed(attends)),
        "block_out_channels": tuple(options.width * m for m in options.mults),
        "layers_per_block": options.depth, "attention_head_dim": options.head, "norm_num_groups": options.groups,
        "dropout": options.dropout, "num_class_embeds": shape.classes + 1 if shape.classes else None,
    }


def timesteps(t: Tensor) -> Tensor:
    """Our times (B,) in [0, 1] as diffusers' timesteps (B,) float32."""
    return TIME_SCALE * t.float()


def to_diffusers(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Our state dict under diffusers' names; query, key and value are split."""
    theirs = dict[str, Tensor]()
    for name, value in weights.items():
        if ".qkv." in name:
            for part, piece in zip("qkv", value.chunk(3), strict=True):
                theirs[_renamed(name).replace(".qkv.", f".to_{part}.")] = piece
        else:
            theirs[_renamed(name)] = value
    return theirs


def from_diffusers(weights: Mapping[str, Tensor], names: Iterable[str]) -> dict[str, Tensor]:
    """Their state dict under our names: the inverse of `to_diffusers`, also of files with their earlier names.

    Args:
        weights: theirs.
        names: all of ours, as the network has them that is to take them.

    Raises:
        BadCheckpoint: one is missing, or one is left over that no part of the network takes.
    """
    theirs = {_of_now(name): value for name, value in weights.items()}
    ours = {name: _joined([_taken(theirs, wanted) for wanted in _sources(name)]) for name in names}
    if theirs:
        raise BadCheckpoint(f"Weight “{min(theirs)}” belongs to no part of the network that its config describes; "
                            "choose a folder whose weights and config are of the same model.")
    return ours


def _sources(name: str) -> list[str]:
    """The names of theirs that make one of ours."""
    theirs = _renamed(name)
    return [theirs.replace(".qkv.", f".to_{part}.") for part in "qkv"] if ".qkv." in theirs else [theirs]


def _taken(theirs: dict[str, Tensor], name: str) -> Tensor:
    """A weight, which nothing else may take then."""
    if name not in theirs:
        raise BadCheckpoint(f"Weight “{name}” is missing, which the config asks for; choose a folder whose weights and "
                            "config are of the same model.")
    return theirs.pop(name)


def _joined(parts: list[Tensor]) -> Tensor:
    """One weight of its parts; those of other numbers of columns make none that fits, which is found out later."""
    alike = {part.shape[1:] for part in parts}
    return torch.cat(parts) if len(parts) > 1 and len(alike) == 1 and parts[0].dim() else parts[0]


def _of_now(name: str) -> str:
    """A name of theirs as diffusers has it now."""
    for earlier, now in _EARLIER:
        name = name.replace(earlier, now)
    return name


def _renamed(name: str) -> str:
    """Our name of a weight as diffusers calls it."""
    for pattern, replacement in _RENAMES:
        name = re.sub(pattern, replacement, name)
    return name
