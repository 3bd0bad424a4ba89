"""What is said of choices that give poor results: one sentence for the form, the run's notes and the command line."""

from __future__ import annotations

from torch import Tensor

from engines.learnt import Learnt
from engines.process.paths import Path
from engines.process.prediction import Prediction
from engines.samplers.amplified import amplified_remark
from engines.samplers.base import Sampler
from engines.samplers.falls import fall_remark
from engines.samplers.suited import step_remark, suited_remark
from engines.samplers.trial import wide_remark


def walk_remark(sampler: Sampler, path: Path, times: Tensor, prediction: Prediction | None = None,
                learnt: Learnt = Learnt.MEAN, start: int = 0) -> str:
    """One sentence on the worst of what makes a walk poor, with what does better; "" for nothing.

    That is a model of another kind, a step size that no data stand, a noise level that falls too far at once, states
    that too few steps blow up, or errors of the model that are carried along.

    Args:
        sampler, path, times: as `Sampler` takes them.
        prediction: what the network outputs; None for an exact denoiser, which has no errors.
        learnt: by the network.
        start: index of the first move that is made; where none is, there is nothing to say.
    """
    if start >= len(times) - 1:
        return ""
    carried = "" if prediction is None else amplified_remark(sampler, prediction, path, times, start)
    return (suited_remark(sampler, learnt, path, times, start) or step_remark(sampler)
            or fall_remark(sampler, path, times, start) or wide_remark(sampler, path, times, start) or carried)
