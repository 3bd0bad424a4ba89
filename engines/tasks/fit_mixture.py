"""Fit mixture: a Gaussian mixture found by expectation–maximisation, one half step at a time."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, cast

import torch
from torch import Tensor

from engines.checkpoint import save_model
from engines.component import Options, inherited, option
from engines.context import Context
from engines.counted import counted
from engines.data.points.source import CountedSource, Drawn, drawn
from engines.errors import BadOption
from engines.events import Event, FitOpened, Fitted, Measured, Noted, Progressed, Said, Saved, Tried
from engines.formula import legend
from engines.mixture import Mixture
from engines.modality import Modality
from engines.model_file import ModelSpec
from engines.networks.mixture import MixtureNetwork, MixtureOptions
from engines.process.paths import PathChoice
from engines.process.prediction import X0
from engines.process.vp_cosine import VPCosine
from engines.recipe import Recipe
from engines.representation.choice import Fit, fits
from engines.representation.em import EM, EMOptions, EMStep, as_one
from engines.representation.gaussian import fit_gaussian, scale2
from engines.representation.starts import KMeansPlusPlus, StartChoice
from engines.tasks.base import Task
from engines.training.options import Named

RESTARTS = 3  # starts of each fit that numbers of components are compared by
OFTEN = 20  # half steps of these after which a stop can act
TOGETHER = ("All components began alike at one place, so each gets an equal share of every point and every step moves "
            "them alike: they stay together as one Gaussian; choose another start, or a spread above 0.")
BETTER = 1.0  # nats by which another start has to be likelier to be told


class FitOptions(CountedSource, EMOptions, Named):
    """What is fitted, from where, and what becomes of it."""

    name: str = inherited(Named, "name", "my-mixture")
    components: int = option(6, title="Components", help="How many Gaussians, one for each class of the model.", ge=1,
                             le=100, group="Fit")
    start: StartChoice = option(KMeansPlusPlus(), title="Start", help="Where the means begin.", group="Fit")
    compare: int = option(0, title="Compare to", ge=0, le=50, zero="off", unit="components", group="Fit",
                          help="Fit 1, 2, … up to so many components as well, to choose the number by BIC.")
    path: PathChoice = option(VPCosine(), title="Path", advanced=True, group="Model",
                              help="The process that the model is sampled on.")

    def em(self) -> EM:
        """The algorithm's part of the options."""
        return EM(**{name: getattr(self, name) for name in EMOptions.model_fields})


class FitMixture(Task):
    """Fit a mixture; the model is written at the end, or when the fit is stopped.

    A fit has no state to resume from: its half steps are the same every time, and few.
    """

    name: ClassVar[str] = "fit-mixture"
    title: ClassVar[str] = "Fit mixture"
    verb: ClassVar[str] = "Fit"
    summary: ClassVar[str] = "A Gaussian mixture fitted to points, step by step; the result is a model."
    workspace: ClassVar[str] = "points"
    modality: ClassVar[Modality] = Modality.POINTS
    shown_as: ClassVar[str] = "mixture"
    place: ClassVar[int] = 30
    Form: ClassVar[type[Options]] = FitOptions
    leaves: ClassVar[str] = "*.safetensors"
    makes: ClassVar[str] = "name"
    needs_state: ClassVar[bool] = False
    threads: ClassVar[int] = 1  # a half step takes half a millisecond: a second thread is waited for longer
    figures: ClassVar[Mapping[str, str]] = {
        "log_likelihood": "of all points under the mixture, in nats; of own points at unit scale",
        "gaussian_log_likelihood": "the same under the one Gaussian of maximum likelihood",
        "true_log_likelihood": "the same under the density they were drawn from, where it is known",
        "bic": "parameters·log N − 2 log-likelihood; lower is better", "aic": "2·parameters − 2 log-likelihood",
        "iterations": "M steps that were made", "components": "components that are left",
        "best_components": "the number of components with the lowest BIC of those compared"}

    def title_of(self, options: Any) -> str:
        """The name of the model to be, as of a training: what the run is called is what the model list has."""
        return cast(FitOptions, options).name

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse more components than points; how many of them own points are, only a run finds out."""
        del files, model
        chosen = cast(FitOptions, options)
        _check_enough(chosen, chosen.count)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield FitOpened, a Fitted for each half step, Saved, a Tried for each number compared, and Measured.

        What has to be remarked, such as a component that became singular, is Noted with the half step it happened in.
        Closing it writes the model as it is by then.
        Raises BadInput for points that cannot be used, or fewer than components.
        """
        chosen = cast(FitOptions, options)
        self.check(chosen, context.files, None)
        yield Said(f"Reading {chosen.source}" if chosen.file else f"Drawing {counted(chosen.count, 'point')}")
        found = drawn(chosen, context.files)
        _check_enough(chosen, len(found.points))  # before any fit: a comparison ends with the last of many
        if found.note:
            yield Noted(found.note)
        opened = _opened(self.title_of(chosen), found, chosen.em())
        yield opened
        file = context.folder / f"{chosen.name}.safetensors"
        last = yield from _half_steps(chosen, found, file)
        if not last.settled:
            yield Noted(f"It ended after {counted(chosen.iterations, 'iteration')}, before the fit had settled; raise "
                        "Iterations to let it go on.")
        if as_one(last.mixture):
            yield Noted(TOGETHER)
        save_mixture(file, last.mixture, chosen, found)
        yield Saved("model", file)
        fit = Fit(len(last.numbers), last.mixture, last.log_likelihood, len(found.points), last.settled,
                  chosen.covariances)
        true = {} if found.log_likelihood is None else {"true_log_likelihood": found.log_likelihood}
        tried = yield from _compared(chosen, found.points, last)
        yield Measured({"log_likelihood": fit.log_likelihood, "gaussian_log_likelihood": opened.log_likelihood, **true,
                        "bic": fit.bic, "aic": fit.aic, "iterations": last.iteration, "components": fit.components,
                        **tried})


def _check_enough(options: FitOptions, count: int) -> None:
    """Raise BadOption where more components are to be fitted, or compared, than there are points."""
    most = max(options.components, options.compare)
    if most > count:
        raise BadOption(f"{most} components cannot be fitted to {counted(count, 'point')}; choose "
                        f"{count} or fewer, or more points.")


def _half_steps(options: FitOptions, found: Drawn, file: Path) -> Generator[Event, None, EMStep]:
    """Fit; the last half step is the generator's value. Closing it writes the model to the file."""
    points, last = found.points, None
    start = options.start(points, options.components, options.seed)
    try:
        for last in options.em()(points, start):
            yield _fitted(last, options.components)
            if last.note:
                yield Noted(f"Half step {last.index}: {last.note}")
    except GeneratorExit:  # what is fitted so far is a mixture as good as any
        if last is not None:
            save_mixture(file, last.mixture, options, found)
        raise
    assert last is not None  # the start at least
    return last


def save_mixture(file: Path, mixture: Mixture, options: FitOptions, found: Drawn) -> None:
    """Write a mixture of points as a model whose classes are its components; raises DiskFull or NotWritable."""
    network = MixtureNetwork(options.path, mixture.weights, mixture.means, mixture.covariances)
    classes = tuple(str(k + 1) for k in range(len(mixture.weights)))
    spec = ModelSpec(modality=Modality.POINTS, title=options.name, channels=mixture.dimension, classes=classes,
                     prediction=X0(), path=options.path, network=MixtureOptions(path=options.path),
                     data=f"{options.source}, {counted(len(found.points), 'point')}", units=found.units)
    recipe = Recipe("fit-mixture", options.model_dump(mode="json"))
    save_model(file, network, spec, extra={"recipe": recipe.to_json()})


def _opened(title: str, found: Drawn, em: EM) -> FitOpened:
    """What stays the same, with the one Gaussian of maximum likelihood beside it."""
    points = found.points
    single = fit_gaussian(points, em.floor * scale2(points))
    return FitOpened(title, 2 * em.iterations + 1, points.numpy(), single.means[0].numpy(),
                     single.covariances[0].numpy(), float(single.log_density(points).sum()), em.lines(), em.terms,
                     legend(em.lines(), em.line_letters()), found.units)


def _fitted(step: EMStep, components: int) -> Fitted:
    """A half step with its components at their places among those of the start."""
    mixture, at = step.mixture, list(step.numbers)
    weights = torch.zeros(components, dtype=torch.float64)
    means = torch.full((components, mixture.dimension), torch.nan, dtype=torch.float64)
    covariances = means[:, :, None].repeat(1, 1, mixture.dimension)
    weights[at], means[at], covariances[at] = mixture.weights, mixture.means, mixture.covariances
    return Fitted(step.index, step.half.value, weights.numpy(), means.numpy(), covariances.numpy(),
                  step.log_likelihood, step.bound, step.note)


def _compared(options: FitOptions, points: Tensor, last: EMStep) -> Generator[Event, None, dict[str, float]]:
    """Fit 1, 2, … components and say which number is best; the figure is the generator's value."""
    bics = dict[int, float]()
    for components in range(1, options.compare + 1):
        yield Said(f"Comparing {counted(components, 'component')}")
        tries = fits(points, components, options.em(), options.start, seed=options.seed, restarts=RESTARTS)
        fit = next(tries)
        for k, fit in enumerate(tries):  # noqa: B007  the last one is the answer
            if k % OFTEN == 0:
                yield Progressed(last.index + components - 1, last.index + options.compare)
        bics[components] = fit.bic
        yield Tried(components, fit.log_likelihood, fit.bic, fit.aic)
        gained = fit.log_likelihood - last.log_likelihood
        if components == options.components and gained > BETTER:
            yield Noted(f"Another start of {components} reaches a log-likelihood {gained:,.1f} nats above this fit; "
                        "choose another seed or start.")
    if bics:
        yield Progressed(last.index + options.compare, last.index + options.compare)
    return {"best_components": min(bics, key=bics.__getitem__)} if bics else {}
