"""How fast models are evaluated on this machine: measured in finished runs, guessed from its like before that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from statistics import median

FIRST_GUESS = 0.004  # seconds for one evaluation of one sample by a model of LIKELY_WORK
LIKELY_WORK = 1.4e6 * 28 * 28  # bytes × pixels: of the bundled digits
GRADIENTS = 3.0  # an evaluation with its gradient against a plain one: a forward and a backward pass
USUAL, ALONE = 4, 1  # samples of a usual batch; and how many an evaluation takes as long as besides its own samples
NOTICED = 0.1  # a smaller difference, as a share, is no reason to say another time
KEPT = 60  # settings, so that models deleted long ago do not pile up


@dataclass(frozen=True, slots=True)
class Setting:
    """What decides how long one evaluation of one sample takes.

    model: the name it is chosen by; device: kind of device; gradients: whether they are needed;
    work: roughly in proportion to the arithmetic, bytes of the model × pixels of a sample.
    """

    model: str
    device: str
    gradients: bool
    work: float


def worth(samples: int) -> float:
    """How many samples of a usual batch one evaluation of a batch takes as long as: few take longer for each."""
    return (samples + ALONE) * USUAL / (USUAL + ALONE)


class Speeds:
    """Seconds of one evaluation of one sample of a usual batch, by setting.

    Args:
        kept: what `kept` gave, from the session of before; anything damaged in it is left out.
    """

    def __init__(self, kept: object = None) -> None:
        self._known = dict(_read(kept))
        self._now = dict[Setting, float]()  # what the latest run of this session is, or was, evaluated at

    def see(self, setting: Setting, seconds: float) -> bool:
        """Estimate by what a run is measured at while it goes on, from now on; whether that makes any difference.

        seconds: as of `learn`. The machine may be busier or idler than it was on average.
        """
        if abs(seconds / self.seconds(setting) - 1) < NOTICED:
            return False
        self._now[setting] = seconds
        return True

    def learn(self, setting: Setting, seconds: float) -> None:
        """Take over a measurement of one evaluation of one sample; of several the latest counts half.

        seconds: of a usual batch; divide those of another by what it is `worth`.
        """
        before = self._known.pop(setting, seconds)
        self._known[setting] = 0.5 * (before + seconds)
        while len(self._known) > KEPT:
            del self._known[next(iter(self._known))]  # measured longest ago

    def seconds(self, setting: Setting) -> float:
        """Seconds of one evaluation of one sample.

        As the latest run of this session took, which tells how busy the machine is; as measured before; else in
        proportion to the same model with (without) gradients, to others on this device, to a guess, in this order.
        """
        known = {**self._known, **self._now}
        if setting in known:
            return known[setting]
        here = {other: took for other, took in known.items() if other.device == setting.device}
        same = {other: took for other, took in here.items() if other.model == setting.model}
        rates = [took / _burden(other) for other, took in (same or here).items()]
        return _burden(setting) * (median(rates) if rates else FIRST_GUESS / LIKELY_WORK)

    def kept(self) -> list[dict[str, object]]:
        """All measurements as JSON holds them."""
        return [{**asdict(setting), "seconds": seconds} for setting, seconds in self._known.items()]


def _burden(setting: Setting) -> float:
    """The work of one evaluation, that of its gradient included."""
    return max(setting.work, 1.0) * (GRADIENTS if setting.gradients else 1.0)


def _read(kept: object) -> Iterator[tuple[Setting, float]]:
    """The measurements in a list of tables that are whole."""
    for entry in kept if isinstance(kept, list) else ():
        match entry:
            case {"model": str(model), "device": str(device), "gradients": bool(gradients),
                  "work": int() | float() as work, "seconds": int() | float() as seconds} if seconds > 0:
                yield Setting(model, device, gradients, float(work)), float(seconds)
            case _:
                continue
