"""What is done with a batch that does not fit into memory: two halves once and for good, or ever smaller pieces."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from engines.errors import OutOfMemory
from engines.memory import largest_fit, ran_out, release

T = TypeVar("T")


class Halving:
    """Runs work on a batch, whole as long as there is room and in two halves ever after.

    Args:
        title: of the device, for the sentence when even half a batch has no room.
        noun: what one of the samples is called there.
    """

    def __init__(self, title: str = "This device", noun: str = "image") -> None:
        self.title, self.noun = title, noun
        self.halved = False

    def __call__(self, work: Callable[[slice], T], count: int) -> list[T]:
        """The results of work on consecutive parts of `count` samples.

        Raises:
            OutOfMemory: half the batch has no room either; the sentence says what has.
        """
        if not self.halved:
            try:
                return [work(slice(0, count))]
            except Exception as error:
                if not ran_out(error):
                    raise
            # out here the exception, and with it the failed attempt's tensors, is gone
            release()
            self.halved = True
        return self._in_halves(work, count)

    def _in_halves(self, work: Callable[[slice], T], count: int) -> list[T]:
        middle = (count + 1) // 2
        try:
            return [work(part) for part in (slice(0, middle), slice(middle, count)) if part.start < part.stop]
        except Exception as error:
            if not ran_out(error):
                raise
        release()
        raise OutOfMemory(self._advice(work, count))

    def _advice(self, work: Callable[[slice], object], count: int) -> str:
        """The sentence with the largest batch that has room."""
        if count == 1:
            return _none(self.title, self.noun)
        fits = largest_fit(lambda size: work(slice(0, size)), count // 2 + 1)
        remedy = f"take at most {fits} at once" if fits else "use a smaller model or another device"
        return f"{self.title} has too little memory for {count} {self.noun}s at once, even in halves; {remedy}."


class Pieces:
    """Runs work on a batch piece by piece, with pieces half as large from then on whenever memory runs out.

    For work on the side, whose batch is nobody's choice: it takes as small pieces as it must.

    Args:
        size: of a piece, in samples, ≥ 1; after the work, the size that had room.
        title: of the device, for the sentence when not even a single sample has room.
        noun: what one of the samples is called there.
    """

    def __init__(self, size: int, title: str = "This device", noun: str = "image") -> None:
        self.size, self.title, self.noun = size, title, noun

    def __call__(self, work: Callable[[slice], T], count: int) -> list[T]:
        """The results of work on consecutive pieces of `count` samples; raises OutOfMemory for a single one."""
        done, begin = list[T](), 0
        while begin < count:
            end = min(begin + self.size, count)
            try:
                done.append(work(slice(begin, end)))
            except Exception as error:
                if not ran_out(error):
                    raise
            else:
                begin = end
                continue
            # out here the exception, and with it the failed attempt's tensors, is gone
            release()
            if end - begin == 1:
                raise OutOfMemory(_none(self.title, self.noun))
            self.size = (end - begin) // 2
        return done


def _none(title: str, noun: str) -> str:
    return f"{title} has too little memory for a single {noun}; use a smaller model or another device."
