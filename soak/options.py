"""How long, how many, with what chance: everything a run is made of, so that its seed brings it back (pure)."""

from dataclasses import dataclass

RUN = "course-v1:SoakX+S101+2026"
QUEUE = "microcred_soak"
#: The promise: the award is there so many seconds after the commit, for 95 of 100 learners.
PROMISED_SECONDS = 5.0
#: Three times the promise, so that sweeps alone could never keep it.
SWEEP_EVERY_SECONDS = 15.0
#: How long a worker that dies keeps its learner from others; the product's default would outlast a short run.
LEASE_SECONDS = 15
#: ``dispatch`` sends nothing for so long after it could not reach the broker.
REST_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Setup:
    """One run: its size, and the seed of everything that is left to chance."""

    seconds: int
    learners: int
    seed: int
    workers: int = 3
    processes: int = 2  #: of each worker
    drivers: int = 3

    @property
    def pool(self) -> int:
        """How many connections to the broker each process keeps: none as in the LMS, or as many as Celery does."""
        return 0 if self.seed % 2 == 0 else 10

    @property
    def patience(self) -> float:
        """How long all may take to come to rest after the last event: a mail's lease, and sweeps that may wait."""
        return 5 * LEASE_SECONDS + 6 * SWEEP_EVERY_SECONDS
