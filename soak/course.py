"""Fills the database: the course, the learners, and what can be earned."""

from bench.course import Course
from bench.sizes import Size
from soak import rules
from soak.learners import Kind, kind_of
from soak.options import RUN, Setup


def soak_course(setup: Setup) -> Course:
    """Describe the course; ``write`` stores it."""
    return Course(Size(microcredentials=3, leaves=rules.LEAVES, learners=setup.learners, rows=1), RUN)


def fill(setup: Setup) -> list[int]:
    """Write course and learners, publish what can be earned; return the users' ids in the order of the learners."""
    from bench.learners import write_learners
    from microcred_plugin import api
    from microcred_plugin.sandbox import switches
    from microcred_plugin.sandbox.models import Enrolment

    switches.track_completion()
    course = soak_course(setup)
    course.write()
    ids = write_learners(course.size, RUN)
    strangers = [ids[number] for number in range(setup.learners) if kind_of(setup, number) is Kind.STRANGER]
    Enrolment.objects.filter(user_id__in=strangers).update(active=False)

    def reference(kind: str, number: int) -> str:
        key = course.units[number] if kind == "unit" else course.leaves[number]
        return "@".join(key.partition("+type@")[2].split("+block@"))

    uuids = []
    for document in rules.documents(reference):
        draft = api.save_draft(document, by=None, run=RUN)
        uuids.append(str(api.publish(f"{draft.issuer}/{draft.slug}").uuid))
    draft = api.save_draft(rules.stack(uuids), by=None, run=None)
    api.publish(f"{draft.issuer}/{draft.slug}")
    return ids
