"""A learner in a process of their own: completes what earns an award, and looks until it is there."""

import json
import sys
from time import monotonic, sleep

import django

_PATIENCE_SECONDS = 60.0


def main(times: int, leaves: list[list[str]]) -> list[float]:
    """Earn one award after the other; return how many seconds each took from the commit until it was seen."""
    from bench.course import RUN
    from bench.learners import one_more
    from microcred_plugin.sandbox import learning

    learner = one_more("waiter", RUN)
    found = []
    for number in range(times):
        learning.complete(learner, leaves[number])
        found.append(_seen(learner.pk, number + 1))
    return found


def _seen(user_id: int, number: int) -> float:
    from microcred_plugin import api

    began = monotonic()
    while len([award for award in api.awards_of(user_id) if award.held]) < number:
        if monotonic() - began > _PATIENCE_SECONDS:
            raise RuntimeError("The award did not come.")
        sleep(0.02)
    return monotonic() - began


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main(int(sys.argv[1]), json.loads(sys.argv[2]))))
