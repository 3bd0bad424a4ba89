"""The config of a `UNet2DModel` as options of our U-Net; what it has and ours has not is refused by name."""

from __future__ import annotations

from typing import Any

from engines.component import validated
from engines.diffusers_folder.documents import Document, as_list
from engines.errors import BadCheckpoint, BadOption
from engines.networks.layers import EPS
from engines.networks.unet import Shape
from engines.networks.unet2d import UNet2DOptions

DOWN = {"DownBlock2D": False, "AttnDownBlock2D": True}
UP = {"UpBlock2D": False, "AttnUpBlock2D": True}
EARLIER = "UNetRes"  # what the names of blocks began with in early versions
LEVELS = 8
CLASSES = 10_000

# settings that ours fixes: the values that mean the same, of which the first is what diffusers takes by default
FIXED: dict[str, tuple[object, ...]] = {
    "time_embedding_type": ("positional",), "mid_block_type": ("UNetMidBlock2D", "UNetResMidBlock2D"),
    "mid_block_scale_factor": (1, 1.0), "downsample_type": ("conv",), "upsample_type": ("conv",),
    "act_fn": ("silu", "swish"), "resnet_time_scale_shift": ("default",), "class_embed_type": (None,),
}
READ = frozenset({
    "sample_size", "in_channels", "out_channels", "center_input_sample", "freq_shift", "flip_sin_to_cos",
    "down_block_types", "up_block_types", "block_out_channels", "layers_per_block", "downsample_padding", "dropout",
    "attention_head_dim", "norm_num_groups", "attn_norm_num_groups", "norm_eps", "add_attention", "num_class_embeds",
    "time_embedding_dim", "num_train_timesteps",
})


def network_of(config: Document, steps: int) -> tuple[UNet2DOptions, Shape]:
    """The network that a config describes, and the images it is for.

    Args:
        config: of the folder's network.
        steps: that it was trained on, by its schedule.

    Raises:
        BadCheckpoint: another architecture, a setting that ours does not have, or sizes that do not fit.
    """
    kind = config.text("_class_name", "UNet2DModel")
    if kind != "UNet2DModel":
        raise BadCheckpoint(f"“{config.name}” describes a network of class {kind[:60]}, not a UNet2DModel; choose a "
                            "folder of a UNet2DModel.")
    _check_fixed(config)
    shape = _shape(config)
    try:
        options = validated(UNet2DOptions, {**_levels(config), **_details(config), "steps": steps})
        options.check((shape.channels, shape.size, shape.size), shape.classes)
    except BadOption as error:
        raise BadCheckpoint(f"“{config.name}” describes a network that cannot be built: "
                            f"{str(error)[:1].lower()}{str(error)[1:]}") from error
    return options, shape


def _check_fixed(config: Document) -> None:
    for key, known in FIXED.items():
        config.one_of(key, config.get(key, known[0]), known)
    for key, value in config.values.items():
        if not key.startswith("_") and key not in FIXED and key not in READ and value is not None:
            raise BadCheckpoint(f"“{config.name}” has a setting “{key[:60]}”, which no UNet2DModel known here has; "
                                "choose another model.")


def _shape(config: Document) -> Shape:
    """What the images are: square, of a size that is named, with a prediction for each channel or two."""
    size = config.get("sample_size")
    sides = as_list(size) or [size]
    if len(sides) > 2 or any(side != sides[0] for side in sides):
        raise config.refusal("sample_size", size, "one side of square images")
    side = Document(config.name, {"sample_size": sides[0]}).whole("sample_size", None, 1, 8192)
    channels = config.whole("in_channels", 3, 1, 4096)
    out = config.whole("out_channels", 3, 1, 8192)
    config.one_of("out_channels", out, (channels, 2 * channels))
    classes = 0 if config.get("num_class_embeds") is None else config.whole("num_class_embeds", None, 1, CLASSES)
    return Shape(channels, side, classes, out // channels)


def _levels(config: Document) -> dict[str, Any]:
    """Widths, blocks and where each level attends."""
    widths = config.listed("block_out_channels", int, "whole numbers", LEVELS)
    down = _attends(config, "down_block_types", DOWN)
    up = _attends(config, "up_block_types", UP)[::-1]  # theirs begin at the smallest map
    if not len(widths) == len(down) == len(up):
        raise BadCheckpoint(f"“{config.name}” has {len(widths)} block_out_channels, {len(down)} down_block_types and "
                            f"{len(up)} up_block_types, which must be as many; choose another model.")
    return {"widths": widths, "down": down, "up": up, "depth": config.whole("layers_per_block", 2, 1, 16)}


def _attends(config: Document, key: str, known: dict[str, bool]) -> tuple[bool, ...]:
    """Whether each block attends; raises BadCheckpoint for one of another kind."""
    blocks = [block.removeprefix(EARLIER) for block in config.listed(key, str, "names of blocks", LEVELS)]
    for block in blocks:
        config.one_of(key, block, known)
    return tuple(known[block] for block in blocks)


def _details(config: Document) -> dict[str, Any]:
    """All else, with the defaults of diffusers."""
    groups = config.whole("norm_num_groups", 32, 1, 1024)
    config.one_of("attn_norm_num_groups", config.get("attn_norm_num_groups"), (None, groups))
    first = config.listed("block_out_channels", int, "whole numbers", LEVELS)[0]
    config.one_of("time_embedding_dim", config.get("time_embedding_dim"), (None, 4 * first))
    padding = config.get("downsample_padding", 1)
    config.one_of("downsample_padding", padding, (1, 0))
    head = config.get("attention_head_dim", 8)
    return {
        "groups": groups, "head": 0 if head is None else config.whole("attention_head_dim", 8, 1, 8192),
        "eps": config.number("norm_eps", EPS), "dropout": config.number("dropout", 0.0),
        "middle": config.flag("add_attention", True), "corner": padding == 0,
        "centred": config.flag("center_input_sample", False), "sines": not config.flag("flip_sin_to_cos", True),
        "lag": config.number("freq_shift", 0),
    }
