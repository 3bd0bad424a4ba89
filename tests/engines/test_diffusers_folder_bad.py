"""Folders in the format of diffusers that cannot be used: one sentence each, which names what and the remedy."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import diffusers
import pytest
import safetensors.torch
import torch

from engines.diffusers_folder.folder import converted
from engines.errors import BadCheckpoint
from tests.engines.diffusers_folders import PLAIN, pipeline

INDEX, CONFIG, SCHEDULER = "model_index.json", "unet/config.json", "scheduler/scheduler_config.json"
WEIGHTS = "unet/diffusion_pytorch_model.safetensors"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that can be used."""
    folder = tmp_path_factory.mktemp("made") / "good"
    pipeline(folder, PLAIN)
    return folder


@pytest.fixture
def folder(good: Path, tmp_path: Path) -> Path:
    """A copy of it to spoil."""
    return Path(shutil.copytree(good, tmp_path / "birds"))


def refused(folder: Path, *words: str) -> None:
    """It is refused with one sentence that holds these words."""
    with pytest.raises(BadCheckpoint) as caught:
        converted(folder)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert len(message) < 300
    for word in words:
        assert word in message, message


def changed(file: Path, values: Mapping[str, Any]) -> None:
    """Some settings of a document replaced."""
    file.write_text(json.dumps({**json.loads(file.read_text()), **values}))


@pytest.mark.parametrize(("values", "words"), [
    ({"_class_name": "UNet2DConditionModel"}, ("UNet2DConditionModel", "choose a folder of a UNet2DModel")),
    ({"down_block_types": ["DownBlock2D", "SkipDownBlock2D"]}, ("down_block_types", "SkipDownBlock2D", "AttnDown")),
    ({"up_block_types": ["CrossAttnUpBlock2D", "UpBlock2D"]}, ("up_block_types", "CrossAttnUpBlock2D")),
    ({"down_block_types": ["DownBlock2D"]}, ("2 block_out_channels, 1 down_block_types and 2 up_block_types",)),
    ({"down_block_types": "DownBlock2D"}, ("down_block_types", "a list of 1 to 8 names of blocks")),
    ({"time_embedding_type": "fourier"}, ("time_embedding_type", "“fourier”", "“positional”")),
    ({"time_embedding_dim": 100}, ("time_embedding_dim", "100", "64")),
    ({"resnet_time_scale_shift": "scale_shift"}, ("resnet_time_scale_shift", "“default”")),
    ({"class_embed_type": "timestep"}, ("class_embed_type", "“timestep”")),
    ({"act_fn": "gelu"}, ("act_fn", "“gelu”", "“silu”")),
    ({"mid_block_type": None}, ("mid_block_type", "missing", "UNetMidBlock2D")),
    ({"mid_block_scale_factor": 1.4}, ("mid_block_scale_factor", "1.4")),
    ({"downsample_type": "resnet"}, ("downsample_type", "“conv”")),
    ({"downsample_padding": 2}, ("downsample_padding", "2", "1 or 0")),
    ({"attn_norm_num_groups": 4}, ("attn_norm_num_groups", "4")),
    ({"cross_attention_dim": 768}, ("cross_attention_dim", "choose another model")),
    ({"sample_size": [8, 16]}, ("sample_size", "[8, 16]", "square")),
    ({"sample_size": None}, ("sample_size", "missing")),
    ({"sample_size": 9}, ("9 px cannot be halved 1 times",)),
    ({"sample_size": 1e3}, ("sample_size", "1000.0", "whole number")),
    ({"layers_per_block": 10**30}, ("layers_per_block", "whole number from 1 to 16")),
    ({"layers_per_block": True}, ("layers_per_block", "true")),
    ({"block_out_channels": [16, 10**9]}, ("option widths", "8,192")),
    ({"block_out_channels": [16, 33]}, ("option widths", "multiple of 2")),
    ({"block_out_channels": [16] * 40}, ("block_out_channels", "a list of 1 to 8 whole numbers")),
    ({"norm_num_groups": 5}, ("16 channels", "5 groups")),
    ({"attention_head_dim": 12}, ("32 channels", "heads of 12")),
    ({"norm_eps": -1}, ("eps", "more than 0")),
    ({"norm_eps": "1e-5"}, ("norm_eps", "“1e-5”", "a number")),
    ({"freq_shift": 8}, ("Frequency shift 8".lower()[1:],)),
    ({"out_channels": 7}, ("out_channels", "7", "1 or 2")),
    ({"out_channels": 2}, ("2 out_channels for 1 in_channels", "learns no variance")),
    ({"num_class_embeds": 10**7}, ("num_class_embeds",)),
    ({"in_channels": 4, "out_channels": 4}, ("of shape", "(16, 4, 3, 3)")),
    ({"layers_per_block": 2}, ("is missing", "down_blocks.0.resnets.1")),
    ({"add_attention": False}, ("belongs to no part", "mid_block.attentions")),
])
def test_configs_of_other_networks(folder: Path, values: dict[str, Any], words: tuple[str, ...]) -> None:
    changed(folder / CONFIG, values)
    refused(folder, *words)


@pytest.mark.parametrize(("values", "words"), [
    ({"_class_name": "FlowMatchEulerDiscreteScheduler"}, ("FlowMatchEuler", "DDPMScheduler")),
    ({"prediction_type": "flow_prediction"}, ("prediction_type", "“flow_prediction”", "“v_prediction”")),
    ({"beta_schedule": "laplace"}, ("beta_schedule", "“laplace”", "“squaredcos_cap_v2”")),
    ({"rescale_betas_zero_snr": True}, ("rescale_betas_zero_snr", "true")),
    ({"use_flow_sigmas": True}, ("use_flow_sigmas",)),
    ({"variance_type": "learned_range"}, ("learns a variance",)),
    ({"beta_start": 0}, ("beta_start", "between 0 and 1")),
    ({"beta_end": 2.5}, ("beta_end", "2.5")),
    ({"beta_end": float("nan")}, ("beta_end", "a number")),
    ({"beta_end": 10**400}, ("beta_end", "a number")),
    ({"num_train_timesteps": 1}, ("num_train_timesteps", "from 2 to 10,000")),
    ({"num_train_timesteps": 10**9}, ("num_train_timesteps",)),
    ({"trained_betas": [0.1, 1.5]}, ("Value 2 of option betas cannot be 1.5".lower()[1:],)),
    ({"trained_betas": [0.1] * 10_001}, ("trained_betas", "1 to 10,000 numbers")),
    ({"trained_betas": [0.1, "0.2"]}, ("trained_betas",)),
    ({"trained_betas": [0.1, 10**400]}, ("trained_betas",)),
    ({"clip_sample": "no"}, ("clip_sample", "true or false")),
])
def test_schedules_of_other_processes(folder: Path, values: dict[str, Any], words: tuple[str, ...]) -> None:
    changed(folder / SCHEDULER, values)
    refused(folder, *words)


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "null", "[" * 100_000, '{"a": ' * 100_000, "\x00\xff"])
@pytest.mark.parametrize("file", [INDEX, CONFIG, SCHEDULER])
def test_documents_that_are_none(folder: Path, file: str, text: str) -> None:
    (folder / file).write_bytes(text.encode("latin-1"))
    refused(folder, file, "copy the folder “birds” again")


@pytest.mark.parametrize("file", [INDEX, CONFIG, SCHEDULER])
def test_documents_of_any_length(folder: Path, file: str) -> None:
    (folder / file).write_text("[" + "1," * 2**20 + "1]")
    refused(folder, file, "larger than 1 MiB")


@pytest.mark.parametrize(("values", "words"), [
    ({"_class_name": "StableDiffusionPipeline", "vae": ["diffusers", "AutoencoderKL"]}, ("StableDiffusion", "“vae”")),
    ({"unet": ["diffusers", "UNet2DConditionModel"]}, ("UNet2DConditionModel", "DDPMPipeline")),
    ({"unet": [None, None]}, ("unet is None",)),
    ({"unet": [{}, [1]]}, ("[1]",)),
])
def test_other_pipelines(folder: Path, values: dict[str, Any], words: tuple[str, ...]) -> None:
    changed(folder / INDEX, values)
    refused(folder, *words)


@pytest.mark.parametrize(("gone", "words"), [
    (CONFIG, ("“unet/config.json”",)), (SCHEDULER, ("“scheduler/scheduler_config.json”", "promises")),
    (WEIGHTS, (f"“{WEIGHTS}”", "copy the folder again"))])
def test_missing_files(folder: Path, gone: str, words: tuple[str, ...]) -> None:
    (folder / gone).unlink()
    refused(folder, "birds", *words)


def test_folders_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", "“empty”", "config.json")
    refused(tmp_path / "gone", "“gone”", "config.json")


def test_a_pickle_is_never_opened(folder: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return Path.touch, (str(folder / "went off"),)

    (folder / WEIGHTS).unlink()
    for name in ("diffusion_pytorch_model.bin", "diffusion_pytorch_model.safetensors"):  # also by another name
        (folder / "unet" / name).write_bytes(pickle.dumps(Bomb()))
        refused(folder, "pickle", "can run code when opened")
    assert not (folder / "went off").exists()


def test_weights_in_several_files(folder: Path) -> None:
    file = folder / WEIGHTS
    for number in (1, 2):
        shutil.copy(file, file.with_name(f"diffusion_pytorch_model-0000{number}-of-00002.safetensors"))
        shutil.copy(file, file.with_name(f"diffusion_pytorch_model.{number}.safetensors"))
    file.unlink()
    refused(folder, "diffusion_pytorch_model-00001-of-00002.safetensors", "save it again in one file")


def test_sharded_weights(folder: Path) -> None:
    file = folder / WEIGHTS
    file.rename(file.with_name("diffusion_pytorch_model-00001-of-00002.safetensors"))
    refused(folder, "save it again in one file")


def test_damaged_weights(folder: Path) -> None:
    file = folder / WEIGHTS
    data = file.read_bytes()
    file.write_bytes(data[:-5])
    refused(folder, "cut short", file.name)
    file.write_bytes(b"")
    refused(folder, "is empty", file.name)
    file.write_bytes(data[:8] + data[8:200].replace(b"F32", b"F99") + data[200:])
    refused(folder, "damaged", file.name)


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_weights_that_are_no_numbers(folder: Path, value: float) -> None:
    weights = safetensors.torch.load_file(folder / WEIGHTS)
    weights["conv_in.bias"][3] = value
    safetensors.torch.save_file(weights, folder / WEIGHTS)
    refused(folder, "“conv_in.bias”", "finite")
    safetensors.torch.save_file({**weights, "conv_in.bias": torch.zeros(16, dtype=torch.int64)}, folder / WEIGHTS)
    refused(folder, "“conv_in.bias”", "finite")


def test_parts_of_an_attention_of_other_sizes(folder: Path) -> None:
    weights = safetensors.torch.load_file(folder / WEIGHTS)
    name = "mid_block.attentions.0.to_q.weight"
    for wrong in (torch.zeros(32, 7), torch.zeros(7, 32), torch.zeros(())):
        safetensors.torch.save_file({**weights, name: wrong}, folder / WEIGHTS)
        refused(folder, "of shape")


def test_a_folder_without_a_word_of_its_classes_is_taken(folder: Path) -> None:
    """What says nothing is not refused: early versions wrote no class names and few settings."""
    for file in (CONFIG, SCHEDULER):
        values = json.loads((folder / file).read_text())
        (folder / file).write_text(json.dumps({k: v for k, v in values.items() if k[0] != "_" and v is not None}))
    assert converted(folder).spec.channels == 1
    assert diffusers.UNet2DModel.from_pretrained(folder / "unet").config.in_channels == 1
