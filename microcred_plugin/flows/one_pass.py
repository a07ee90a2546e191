"""One pass over what waits: how long it may take, what failed, and whether it came to its end."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from microcred_plugin.logs import Log

log = Log(__name__)

T = TypeVar("T")
AT_ONCE = 500


@dataclass
class Pass:
    """One pass, and how long it may take; what fails is counted and does not keep the others back."""

    seconds: float | None
    failed: int = 0
    cut_short: bool = False

    def __post_init__(self) -> None:
        self._until = None if self.seconds is None else time.monotonic() + self.seconds

    def is_over(self) -> bool:
        """Say whether the time is over."""
        over = self._until is not None and time.monotonic() >= self._until
        self.cut_short = self.cut_short or over
        return over

    def once(self, items: Callable[[], Iterable[T]], do: Callable[[T], bool]) -> int:
        """Do each once; return how many were done. What cannot be listed now is the next sweep's."""
        try:
            found = list(items())
        except Exception as error:
            self.failed += 1
            log.failure("sweep-step-failed", error)
            return 0
        return sum(self._each(found, do))

    def all(self, pages: Callable[[int], Iterable[T]], do: Callable[[T], bool]) -> int:
        """Do everything a page at a time, until a page brings nothing further; return how many were done."""
        done = 0
        while any(results := list(self._each(pages(AT_ONCE), do))):
            done += sum(results)
        return done

    def walk(self, page: Callable[..., Sequence[int]], do: Callable[[int], bool]) -> int:
        """Do everything once, by id, so that what fails for ever keeps nothing back; return how many were done."""
        done = after = 0
        while not self.is_over() and (pks := page(AT_ONCE, after=after)):
            done += sum(self._each(pks, do))
            after = pks[-1]
        return done

    def _each(self, items: Iterable[T], do: Callable[[T], bool]) -> Iterator[bool]:
        for item in items:
            if self.is_over():
                return
            try:
                yield do(item)
            except Exception as error:
                self.failed += 1
                log.failure("sweep-step-failed", error, item=item)
                yield False
