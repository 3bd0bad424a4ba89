"""What a task yields while it runs. Consumers draw, record or print; a task never does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from engines.chart import Chart
from engines.formula import Letter, Term
from engines.samplers.base import Step
from engines.units import Units


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence about what goes on now ("Loading model digits")."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A sentence the user should know of the result: something happened that was not plainly asked for.

    urgent: whether it has to be told while the task goes on, since something can be done about it now.
    """

    sentence: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """Sampling is about to start: all that a scrubber and an equation panel need.

    shape: of one batch (B, C, H, W); times and log_snr: (N+1,) float64, one a step;
    seeds and labels: one a sample (label −1: free; seed −1: it begins with something given). alpha and sigma:
    (N+1,) float64, of the path at those times: x_t = alpha·x0 + sigma·eps. letters: what those of the formula stand
    for. remembers: how many states before the present one the sampler needs to go on. units: in which points are told.
    """

    title: str
    total: int
    shape: tuple[int, ...]
    times: np.ndarray
    log_snr: np.ndarray
    seeds: tuple[int, ...]
    labels: tuple[int, ...]
    formula: tuple[str, ...]
    terms: tuple[Term, ...]
    alpha: np.ndarray
    sigma: np.ndarray
    letters: tuple[Letter, ...] = ()
    remembers: int = 0
    units: Units | None = None
    captions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stepped:
    """One step of sampling, with named curves of this step (e.g. {"known-rms": 0.03})."""

    step: Step
    curves: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True)
class Sampled:
    """Sampling ended: the finished samples (B, C, H, W) float32 in [−1, 1].

    nfe: network evaluations of each sample; seconds: of sampling alone, without loading the model;
    sha256: of the samples' bytes, little-endian. `pictures` are the results as a user keeps them,
    (H, W, 1 or 3) uint8, when they are not just the samples: an inpainted hole in
    the user's own picture. units: in which points (B, d) are told.
    """

    samples: np.ndarray
    nfe: int
    seconds: float
    sha256: str
    pictures: tuple[np.ndarray, ...] = ()
    units: Units | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture beside the results, (H, W, 1 or 3) uint8: "measured", "mean" or "deviation" of the samples."""

    name: str
    picture: np.ndarray


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far a job without recorded steps is: done of total, in steps."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Trained:
    """One step of training: its number of total, the loss of its batch and the learning rate it had.

    images_per_second is smoothed over the last steps; grad_norm is the gradient's norm before clipping.
    """

    step: int
    total: int
    loss: float
    learning_rate: float
    images_per_second: float
    grad_norm: float


@dataclass(frozen=True, slots=True)
class Continued:
    """A training takes up another one at its step `step`: what that one learnt on the way.

    folder: of the other one; losses: (step,), one a step; validations: (n, 2 + levels), rows of step, loss and the
    loss of each noise level; levels: log-SNR bin centres.
    """

    folder: Path
    step: int
    losses: np.ndarray
    validations: np.ndarray
    levels: np.ndarray


@dataclass(frozen=True, slots=True)
class Validated:
    """Validation loss overall and by noise level (log-SNR bin centres and means)."""

    step: int
    loss: float
    levels: np.ndarray
    by_level: np.ndarray


@dataclass(frozen=True, slots=True)
class Belief:
    """What a network of points believes at some noise levels, beside what is exact.

    times: (T,) of the path, the noisiest first. levels: (T, 2), by how much data and noise are in a state as it is
    seen, which on paths whose variance explodes is divided by its size. points: (M, d) seen states. learned, exact:
    x0_hat (T, M, d) float32 there; exact is empty where nothing is. score, velocity: (T, 2), by what x0_hat and the
    seen state add up to them, or empty where they do not, as the model does not learn a mean of the data. errors: (T,),
    root mean square of a coordinate of learned − exact over noised data, or empty. data: (N, d) float32, some that the
    network does not learn from. units: as in `Opened`. seen: what those are, as “17 of 350 points, held out”.
    """

    times: np.ndarray
    levels: np.ndarray
    points: np.ndarray
    learned: np.ndarray
    exact: np.ndarray
    score: np.ndarray
    velocity: np.ndarray
    errors: np.ndarray
    data: np.ndarray
    units: Units | None = None
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Previewed:
    """Samples of the EMA model from fixed noise during training: (B, C, H, W) in [−1, 1], or points (B, d).

    belief: of the same weights; None for images.
    """

    step: int
    samples: np.ndarray
    belief: Belief | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A file was written: its kind ("checkpoint", "image", "samples", "model") and path."""

    kind: str
    path: Path


@dataclass(frozen=True, slots=True)
class Measured:
    """Named figures of a finished task ({"accuracy": 0.981, "frechet": 3.1})."""

    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Charted:
    """A chart as far as it is; it takes the place of an earlier one with its title."""

    chart: Chart



@dataclass(frozen=True, slots=True)
class FitOpened:
    """A mixture is about to be fitted: all that stays the same while its half steps go on.

    total: index of the last half step at most; points: (N, d) float64, what is fitted. mean (d,), covariance (d, d)
    and log_likelihood (nats, of all points): of the one Gaussian of maximum likelihood, to compare with. formula,
    terms, letters and units: as in `Opened`; the terms are the log-likelihood, its bound and the gap between the two.
    """

    title: str
    total: int
    points: np.ndarray
    mean: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    formula: tuple[str, ...]
    terms: tuple[Term, ...]
    letters: tuple[Letter, ...] = ()
    units: Units | None = None


@dataclass(frozen=True, slots=True)
class Fitted:
    """One half step of a fit, the start being number 0; those that follow are an E step, an M step and so on.

    half: "start", "e" or "m". weights (K,), means (K, d) and covariances (K, d, d), float64: the components now in
    force, as many as there were at the start; one that was dropped has weight 0 and numbers that are NaN.
    log_likelihood and bound: in nats, of all points. note: what had to be mended in this step, or "".
    The shares that components have in a point are not here, since they follow: those of an E step are the posterior
    of the components in force, those of an M step the ones of the E step before, and at the start all are equal.
    """

    index: int
    half: str
    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray
    log_likelihood: float
    bound: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """The best of some fits with a number of components: its log-likelihood in nats, and the criteria to choose by."""

    components: int
    log_likelihood: float
    bic: float
    aic: float


Event = (Said | Noted | Opened | Stepped | Sampled | Shown | Progressed | Continued | Trained | Validated | Previewed
         | Saved | Measured | Charted | FitOpened | Fitted | Tried)
