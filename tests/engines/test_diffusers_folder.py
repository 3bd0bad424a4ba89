"""Folders in the format of diffusers: the same numbers as theirs, whatever a folder that diffusers writes may say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import diffusers
import pytest
import safetensors.torch
import torch

from engines.checkpoint import Model, load_model
from engines.device import device
from engines.diffusers_folder.folder import NO_FREE, converted
from engines.diffusers_folder.places import folder_of
from engines.diffusers_folder.schedule import ASSUMED, CLIPPED, THRESHOLDED
from engines.inference.split import SplitNetwork
from engines.learnt import Learnt
from engines.model_file import read_header
from engines.process.noise import Noise, sample_seeds
from engines.process.prediction import X0, Eps, V
from engines.samplers.ddim import DDIM
from engines.samplers.dpmpp import DPMSolverPP
from tests.engines.diffusers_folders import CELEBA, CIFAR, PLAIN, network, pipeline

CPU = device("cpu")
CONFIGS = {
    "cifar": CIFAR, "celeba": CELEBA, "plain": PLAIN,
    "classes": {**PLAIN, "num_class_embeds": 5}, "two outputs": {**PLAIN, "out_channels": 2},
    "centred": {**PLAIN, "center_input_sample": True}, "bare middle": {**PLAIN, "add_attention": False},
    "uneven": {**PLAIN, "down_block_types": ("AttnDownBlock2D", "DownBlock2D"), "block_out_channels": (24, 40)},
    "sines, one level": {**PLAIN, "flip_sin_to_cos": False, "block_out_channels": (16,), "attention_head_dim": 16,
                         "down_block_types": ("AttnDownBlock2D",), "up_block_types": ("UpBlock2D",)},
}


def taken(folder: Path) -> Model:
    """The folder by way of a model file."""
    file = folder.parent / "converted.safetensors"
    converted(folder).save(file)
    return load_model(file, CPU)


def scheduled(config: dict[str, Any], **options: Any) -> Any:
    """A scheduler that suits a config."""
    variance = {"variance_type": "learned_range"} if config["out_channels"] == 2 * config["in_channels"] else {}
    return diffusers.DDPMScheduler(**variance, **options)


@pytest.mark.parametrize("name", CONFIGS)
def test_the_network_gives_what_theirs_gives(name: str, tmp_path: Path) -> None:
    config = CONFIGS[name]
    theirs = pipeline(tmp_path / "m", config, scheduled(config)).unet
    ours, classes = taken(tmp_path / "m").network, config.get("num_class_embeds", 0)
    for steps in ([0], [999, 1, 500], [17, 998]):
        x = torch.randn(len(steps), config["in_channels"], config["sample_size"], config["sample_size"])
        k, labels = torch.tensor(steps), torch.arange(len(steps)) if classes else None
        expected = theirs(x, k, labels).sample
        assert float(expected.abs().max()) > 0.1
        torch.testing.assert_close(ours(x, ((k + 1).double() / 1000).float(), labels), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("steps", [2, 999, 1000, 4000, 10_000])
def test_the_network_is_told_the_very_steps_it_was_trained_on(steps: int, tmp_path: Path) -> None:
    """Times are float32, and a feature of the fastest sinusoid is off by as much as the step is."""
    from engines.networks.unet2d import trained_step

    k = torch.arange(steps)
    assert trained_step(((k + 1).double() / steps).float(), steps).tolist() == k.tolist()
    assert trained_step(torch.tensor([0.0, 0.4 / steps]), steps).tolist() == [0, 0]  # before the first
    assert float(trained_step(torch.tensor([1.5 / steps]), steps)) == pytest.approx(0.5, abs=1e-3)


def test_a_label_of_none_adds_nothing_and_is_told_of(tmp_path: Path) -> None:
    theirs = pipeline(tmp_path / "m", CONFIGS["classes"]).unet
    made, ours = converted(tmp_path / "m"), taken(tmp_path / "m").network
    assert NO_FREE in made.remarks
    assert made.spec.classes == ("0", "1", "2", "3", "4")
    x, t = torch.randn(2, 1, 8, 8), torch.full((2,), 0.5)
    theirs.class_embedding.weight.zero_()
    torch.testing.assert_close(ours(x, t, None), theirs(x, 499, torch.tensor([0, 3])).sample, rtol=1e-5, atol=1e-5)


def test_a_faster_network_is_the_same(tmp_path: Path) -> None:
    """Doublings folded, embeddings looked up: with all settings that only models from elsewhere have."""
    pipeline(tmp_path / "m", {**CIFAR, "sample_size": 16, "center_input_sample": True})
    ours = taken(tmp_path / "m").network
    fast = SplitNetwork(ours, 1)
    x, t = torch.randn(2, 3, 16, 16), torch.tensor(0.3).expand(2)
    torch.testing.assert_close(fast(x, t), ours(x, t), rtol=1e-4, atol=1e-4)


SCHEDULES = {
    "ddpm": diffusers.DDPMScheduler(),
    "linear": diffusers.DDIMScheduler(num_train_timesteps=250, beta_start=0.001, beta_end=0.08),
    "scaled": diffusers.DPMSolverMultistepScheduler(beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012),
    "cosine": diffusers.DDPMScheduler(beta_schedule="squaredcos_cap_v2"),
    "sigmoid": diffusers.DDPMScheduler(beta_schedule="sigmoid"),
    "trained": diffusers.DDIMScheduler(num_train_timesteps=4, trained_betas=[0.3, 0.1, 0.2, 0.9]),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_path_has_the_noise_of_every_trained_step(name: str, tmp_path: Path) -> None:
    scheduler = SCHEDULES[name]
    pipeline(tmp_path / "m", PLAIN, scheduler)
    spec = converted(tmp_path / "m").spec
    abar, steps = scheduler.alphas_cumprod.double(), len(scheduler.alphas_cumprod)
    times = torch.arange(1, steps + 1, dtype=torch.float64) / steps
    # theirs is a product in single precision
    torch.testing.assert_close(spec.path.abar(times), abar, rtol=1e-4, atol=1e-9)
    torch.testing.assert_close(spec.path.sigma(times).square(), 1 - abar, rtol=0, atol=1e-6)
    assert spec.network.model_dump()["steps"] == steps


@pytest.mark.parametrize("kind", [Eps(), X0(), V()])
@pytest.mark.parametrize("spacing", ["leading", "trailing"])
def test_ddim_is_theirs_from_noise_to_image(kind: Eps | X0 | V, spacing: str, tmp_path: Path) -> None:
    """50 of 1,000 steps with their network and scheduler.

    A random network that predicts eps makes states of size 200 and more, so its 1e-4 is relative to them.
    """
    names = {"eps": "epsilon", "x0": "sample", "v": "v_prediction"}
    scheduler = diffusers.DDIMScheduler(prediction_type=names[kind.name], clip_sample=False, timestep_spacing=spacing)
    theirs, model = pipeline(tmp_path / "m", PLAIN, scheduler).unet, taken(tmp_path / "m")
    assert model.spec.prediction.name == kind.name
    noise = Noise(sample_seeds(0, 3), (1, 8, 8))
    scheduler.set_timesteps(50)
    x = noise.initial()
    for k in scheduler.timesteps:
        x = scheduler.step(theirs(x, k).sample, k, x).prev_sample
    times = torch.cat([(scheduler.timesteps + 1).double() / 1000, torch.zeros(1, dtype=torch.float64)])
    *_, ours = DDIM()(model.path, model.denoiser, noise.initial(), times, noise=noise)
    torch.testing.assert_close(ours.x / x.abs().max(), x / x.abs().max(), rtol=0, atol=1e-4)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of theirs, by numpy
def test_dpm_solver_is_theirs_from_noise_to_image(tmp_path: Path) -> None:
    scheduler = diffusers.DPMSolverMultistepScheduler(prediction_type="v_prediction", lower_order_final=False,
                                                      euler_at_final=True, final_sigmas_type="zero")
    theirs, model = pipeline(tmp_path / "m", PLAIN, scheduler).unet, taken(tmp_path / "m")
    noise = Noise(sample_seeds(0, 3), (1, 8, 8))
    scheduler.set_timesteps(20)
    x = noise.initial()
    for k in scheduler.timesteps:
        x = scheduler.step(theirs(x, k).sample, k, x).prev_sample
    times = torch.cat([(scheduler.timesteps + 1).double() / 1000, torch.zeros(1, dtype=torch.float64)])
    *_, ours = DPMSolverPP()(model.path, model.denoiser, noise.initial(), times, noise=noise)
    torch.testing.assert_close(ours.x, x, rtol=0, atol=1e-4 * float(x.abs().max()))


def test_the_file_tells_where_the_model_comes_from(tmp_path: Path) -> None:
    pipeline(tmp_path / "tiny-birds", PLAIN, diffusers.DDPMScheduler(thresholding=True))
    (tmp_path / "tiny-birds" / "README.md").write_text("---\nlicense: apache-2.0\n---\nBirds.\n")
    made = converted(tmp_path / "tiny-birds")
    assert made.remarks == (CLIPPED, THRESHOLDED)
    made.save(tmp_path / "birds.safetensors")
    spec = read_header(tmp_path / "birds.safetensors").spec
    assert spec == made.spec
    assert (spec.title, spec.licence, spec.learnt) == ("tiny-birds", "apache-2.0", Learnt.MEAN)
    assert not spec.network.learns


def test_early_folders_are_read_as_diffusers_reads_them(tmp_path: Path) -> None:
    """No sub-folders, other names of blocks, and of the parts of an attention."""
    folder, later = tmp_path / "early", tmp_path / "later"
    theirs = pipeline(later, PLAIN)
    folder.mkdir()
    config = json.loads((later / "unet" / "config.json").read_text())
    config["down_block_types"] = ["UNetResDownBlock2D", "UNetResAttnDownBlock2D"]
    config["up_block_types"] = ["UNetResAttnUpBlock2D", "UNetResUpBlock2D"]
    (folder / "config.json").write_text(json.dumps({k: v for k, v in config.items() if v is not None}))
    for file in ("model_index.json", "scheduler/scheduler_config.json"):
        (folder / Path(file).name).write_bytes((later / file).read_bytes())
    weights = dict[str, torch.Tensor]()
    for name, weight in theirs.unet.state_dict().items():
        for now, before in (("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn")):
            name = name.replace(f".{now}.", f".{before}.")
        weights[name] = weight
    safetensors.torch.save_file(weights, folder / "diffusion_pytorch_model.safetensors", {"format": "pt"})
    x, ours, as_read = torch.randn(2, 1, 8, 8), taken(folder), diffusers.UNet2DModel.from_pretrained(folder)
    torch.testing.assert_close(ours.network(x, torch.full((2,), 0.5)), as_read(x, 499).sample.detach(), rtol=1e-5,
                               atol=1e-5)
    assert ours.spec == replace_title(converted(later).spec, "early")


def replace_title(spec: Any, title: str) -> Any:
    """A spec under another title, and where that says its data come from."""
    return spec.model_copy(update={"title": title, "data": spec.data.replace(spec.title, title)})


def test_a_network_alone_is_taken_for_one_of_ddpm(tmp_path: Path) -> None:
    network(PLAIN).save_pretrained(tmp_path / "alone")
    made = converted(tmp_path / "alone")
    assert made.remarks == (ASSUMED,)
    assert made.spec.prediction == Eps()
    abar = diffusers.DDPMScheduler().alphas_cumprod.double()
    torch.testing.assert_close(made.spec.path.abar(torch.arange(1, 1001).double() / 1000), abar, rtol=1e-4, atol=1e-9)


def test_a_network_with_its_scheduler_beside_has_its_schedule(tmp_path: Path) -> None:
    pipeline(tmp_path / "m", PLAIN, SCHEDULES["cosine"])
    whole, inner = converted(tmp_path / "m"), converted(tmp_path / "m" / "unet")
    assert inner.spec == whole.spec
    assert inner.remarks == whole.remarks


def test_half_precision_stays_half(tmp_path: Path) -> None:
    network(PLAIN).half().save_pretrained(tmp_path / "m", variant="fp16")
    converted(tmp_path / "m").save(tmp_path / "m.safetensors")
    assert {w.dtype for w in safetensors.torch.load_file(tmp_path / "m.safetensors").values()} == {torch.float16}


def test_a_folder_is_known_by_what_it_holds(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    pipeline(folder, PLAIN)
    inner = folder / "unet"
    for path in (folder, folder / "model_index.json", inner / "config.json",
                 inner / "diffusion_pytorch_model.safetensors"):
        assert folder_of(path) == folder
    assert folder_of(inner) == inner
    beside = folder / "scheduler"
    for path in (tmp_path, tmp_path / "none", Path("a" * 5000), beside, beside / "scheduler_config.json"):
        assert folder_of(path) is None


def test_conversion_leaves_nothing_out(tmp_path: Path) -> None:
    """As many numbers as theirs has."""
    theirs = pipeline(tmp_path / "m", CIFAR).unet
    made = converted(tmp_path / "m")
    assert sum(w.numel() for w in made.weights.values()) == sum(w.numel() for w in theirs.parameters())
