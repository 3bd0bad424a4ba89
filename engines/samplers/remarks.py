"""What is said of times that do not suit a sampler: one sentence for the form, the run's notes and the command line."""

from __future__ import annotations

from torch import Tensor

from engines.process.paths import Path
from engines.process.prediction import Prediction
from engines.samplers.amplified import amplified_remark
from engines.samplers.base import Sampler
from engines.samplers.falls import fall_remark


def times_remark(sampler: Sampler, path: Path, times: Tensor, prediction: Prediction | None = None) -> str:
    """One sentence where the noise level falls too far for a sampler, or errors are carried too far, else "".

    Args:
        sampler, path, times: as `Sampler` takes them.
        prediction: what the network outputs; None for an exact denoiser, which has no errors.
    """
    carried = "" if prediction is None else amplified_remark(sampler, prediction, path, times)
    return fall_remark(sampler, path, times) or carried
