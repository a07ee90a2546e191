"""What is asked often, or for every learner: the statements whose plans are looked at, and rows to ask them of."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.utils.timezone import now

from bench.course import Course
from bench.plans import Hot
from microcred_plugin.awards import api as awards
from microcred_plugin.awards.models import Award
from microcred_plugin.definitions import interest, offered
from microcred_plugin.definitions.models import Interest, Microcredential, Version
from microcred_plugin.evidence import outbox, readers
from microcred_plugin.evidence.models import Backfill, Confirmation, Pending
from microcred_plugin.evidence.outbox import Claim
from microcred_plugin.flows.backfill import due_backfills
from microcred_plugin.progress import api as progress
from microcred_plugin.progress.models import Progress
from microcred_plugin.structure import api as structure

_CHUNK = 200  #: learners judged together in a backfill
_PAGE = 500  #: rows that a sweep takes at once
_FEW = 20  #: awards that wait for a sweep, of very many
_WAITING = 10_000  #: learners in the outbox, as after an hour without workers
_COURSES = 200  #: others, in which as much is listened to again and again
_NAMED = 100  #: leaves asked for by name (evidence.readers)
_ONCE = "microcred_pending_once"
_OF_LEARNERS = "microcred_awarded_once"
_PROGRESS = "microcred_progress_once"


def statements(course: Course) -> Iterator[Hot]:
    """Yield them all; the outbox is full meanwhile, and very many awards are held."""
    rows = _Rows(course)
    yield from _outbox(rows)
    yield from _evidence(rows)
    yield from _definitions(rows)
    yield from _awards(rows)
    yield from _sweeps()


class _Rows:
    """What is asked for; making it fills the outbox and gives every learner awards."""

    def __init__(self, course: Course) -> None:
        self.course, self.run = course, course.run
        self.users = list(
            User.objects.filter(username__startswith="learner").order_by("pk").values_list("pk", flat=True)
        )
        self.one = self.users[len(self.users) // 2]
        # Of all learners, and few of them: else it would be right to read them all.
        self.chunk = self.users[:: max(len(self.users) // _CHUNK, 20)]
        self.versions = list(Version.objects.order_by("-pk").select_related("microcredential")[:5])
        self.version_ids = [version.pk for version in self.versions]
        self.microcredentials = [version.microcredential for version in self.versions]
        _fill_outbox(self.users, self.run)
        _fill_interests(self.versions[0])
        _fill_awards(self.users, self.versions)
        _fill_progress(self.users, self.versions, self.run)
        _count_anew(Award, Backfill, Confirmation, Interest, Microcredential, Pending, Progress, Version)


def _fill_outbox(users: list[int], run: str) -> None:
    """Every learner waits, and more who do not exist, which the outbox does not ask; one in fifty is parked."""
    moment = now()
    waiting = [*users, *range(users[-1] + 1, users[-1] + 1 + max(_WAITING - len(users), 0))]
    Pending.objects.bulk_create(
        (
            Pending(
                user_id=user_id,
                context=run,
                change=number,
                changed_at=moment - timedelta(seconds=len(waiting) - number),
                parked_at=None if number % 50 else moment,
            )
            for number, user_id in enumerate(waiting)
        ),
        batch_size=1000,
        ignore_conflicts=True,
    )


def _fill_interests(version: Version) -> None:
    """As on a site with many courses: of the index, one of them is a small part."""
    each = Interest.objects.count() // 10
    Interest.objects.bulk_create(
        (
            Interest(version=version, context=f"course-v1:BenchX+Other+{course}", evidence_key=f"completion:{number}")
            for course in range(_COURSES)
            for number in range(each)
        ),
        batch_size=1000,
    )


def _fill_progress(users: list[int], versions: list[Version], run: str) -> None:
    """Each learner was judged by a few versions."""
    Progress.objects.bulk_create(
        (
            Progress(
                user_id=user_id,
                version=version,
                run=run,
                fraction=0,
                evidence_level="participation",
                evidence={},
                computed_at=now(),
            )
            for user_id in users
            for version in versions
        ),
        batch_size=1000,
        ignore_conflicts=True,
    )


def _fill_awards(users: list[int], versions: list[Version]) -> None:
    """Each learner holds a few; a few of them all wait for a sweep."""
    moment = now()
    Award.objects.bulk_create(
        (
            Award(
                user_id=user_id,
                microcredential_id=version.microcredential_id,
                version_id=version.pk,
                title="Held",
                image={},
                why={},
                evidence_level="participation",
                state="granted",
                by_policy=True,
                granted_at=moment,
                expires_at=moment + timedelta(days=365),
                announced_state="granted",
            )
            for user_id in users
            for version in versions
        ),
        batch_size=1000,
        ignore_conflicts=True,
    )
    Award.objects.update(to_announce_since=None, regressed_at=None)
    last = list(Award.objects.order_by("-pk").values_list("pk", flat=True)[:_FEW])
    Award.objects.filter(pk__in=last).update(to_announce_since=moment, regressed_at=moment, expires_at=moment)


def _count_anew(*models: Any) -> None:
    """Have the optimizer know what is there."""
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE TABLE {model._meta.db_table}")
            cursor.fetchall()


def _outbox(rows: _Rows) -> Iterator[Hot]:
    waiting = Pending.objects.get(user_id=rows.one)
    claim = Claim(waiting.user_id, waiting.context, waiting.change)
    yield Hot("event, the learner waits already", partial(outbox.mark, rows.one, rows.run), 5)
    yield Hot("event, the learner does not wait", partial(outbox.mark, rows.users[-1] + 1_000_000, rows.run), 5)
    yield Hot("outbox: claim", partial(outbox.claim, *claim), 5, _ONCE)
    yield Hot("outbox: finish", partial(outbox.finish, claim), 5, _ONCE)
    yield Hot("outbox: failed", partial(outbox.fail, claim, ValueError()), 10, _ONCE)
    yield Hot(
        "outbox: look when a page is shown", partial(outbox.wake, rows.one, [rows.run, interest.AWARDS]), 5, _ONCE
    )
    yield Hot("outbox: what is due", partial(outbox.due, _PAGE), 2 * _PAGE, "microcred_pending_oldest")
    yield Hot("outbox: since when the oldest waits", outbox.waiting_since, 10, "microcred_pending_oldest")
    yield Hot("outbox: parked", lambda: list(outbox.parked()[:5]), 10, "microcred_pending_oldest")


def _evidence(rows: _Rows) -> Iterator[Hot]:
    leaves, each = rows.course.leaves, rows.course.size.rows_each
    chunk, furthest = rows.chunk, rows.course.size.reach
    yield _completions("a learner's leaves, by name", [rows.one], rows, leaves[:_NAMED], 2 * _NAMED)
    yield _completions("a learner's leaves, the whole course", [rows.one], rows, leaves, furthest + 10)
    yield _completions("leaves by name of a chunk of learners", chunk, rows, leaves[:_NAMED], 3 * len(chunk) * _NAMED)
    yield _completions("the whole course of a chunk of learners", chunk, rows, leaves, 2 * len(chunk) * each)
    page = partial(readers.learners_with_completions, [rows.run], after=rows.one, limit=_CHUNK)
    yield Hot("a page of learners who completed something", page, 3 * _CHUNK * each, "completion_")
    ids = [row.pk for row in rows.microcredentials]
    yield Hot("confirmations of a chunk", partial(readers.confirmations, chunk, ids), _CHUNK * len(ids) + 10)
    yield Hot("progress of a learner", partial(progress.read, [rows.one], rows.version_ids), 20, "progress")
    lock = partial(progress.lock, chunk, rows.version_ids)
    yield Hot("progress of a chunk, locked", lock, 5 * len(ids) * len(chunk), _PROGRESS)


def _completions(what: str, users: list[int], rows: _Rows, leaves: Any, at_most: int) -> Hot:
    return Hot(what, partial(readers.completions, users, {rows.run: set(leaves)}), at_most, "completion_")


def _definitions(rows: _Rows) -> Iterator[Hot]:
    heard = Interest.objects.filter(context=rows.run).count()
    uuid = rows.microcredentials[0].uuid
    yield Hot("who listens to a course", _fresh(interest.plans_in, rows.run), 3 * heard + 10, "context")
    held = [f"award:{uuid}"]
    yield Hot("who listens to an award", partial(interest.plans_in, interest.AWARDS, held=held), 20, "context")
    yield Hot("which leaves matter in a course", partial(interest.keys_in, rows.run), 3 * heard + 10, "context")
    shown = 5 * Microcredential.objects.count() + 10
    yield Hot("what is offered in a run", _fresh(offered.in_run, rows.run), shown, "run")
    yield Hot("the outline's number", partial(structure.stored_many, [rows.run]), 10, "microcred_structure_num")


def _fresh(ask: Callable[[str], Any], run: str) -> Callable[[], Any]:
    ask(run)  # versions are read once in a process
    return partial(ask, run)


def _awards(rows: _Rows) -> Iterator[Hot]:
    ids = [row.pk for row in rows.microcredentials]
    of_one = partial(awards.of_learners, [rows.one], (), ids)
    of_chunk = partial(awards.of_learners, rows.chunk, (), ids)
    yield Hot("a learner's awards of some", of_one, 50, _OF_LEARNERS)
    yield Hot("a chunk's awards of some", of_chunk, 6 * len(ids) * len(rows.chunk), _OF_LEARNERS)
    yield Hot("a learner's awards", partial(awards.whole_ones_of, rows.one), 50, _OF_LEARNERS)
    yield Hot("a learner's awards with history", lambda: list(awards.detailed(user_id=rows.one)), 100, _OF_LEARNERS)
    uuid = rows.microcredentials[0].uuid
    holders = partial(awards.holders_of, [uuid], after=rows.one, limit=_CHUNK)
    yield Hot("a page of the holders of one", holders, 5 * len(ids) * _CHUNK)


def _sweeps() -> Iterator[Hot]:
    yield Hot("sweep: not announced", partial(awards.unannounced, _PAGE), 5 * _FEW, "to_announce_since")
    yield Hot("sweep: expired", partial(awards.expired, _PAGE), 5 * _FEW, "expires_at")
    yield Hot("sweep: evidence gone", partial(awards.regressed, _PAGE), 5 * _FEW, "regressed_at")
    yield Hot("sweep: backfills due", partial(due_backfills, _PAGE), 1000)
