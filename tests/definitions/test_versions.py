"""Versions and the interest index: proven on every first read, and rebuilt with every publish."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from microcred_plugin import api
from microcred_plugin.criteria.digest import digest
from microcred_plugin.definitions import interest, versions
from microcred_plugin.definitions.models import Interest, Version
from microcred_plugin.errors import Immutable, MicrocredError
from microcred_plugin.flows import offerings
from tests.world import World, completion, definition, holding, milestone

Publish = Any


def _entries(slug: str = "basics") -> set[tuple[str, str]]:
    rows = Interest.objects.filter(version__microcredential__slug=slug)
    return set(rows.values_list("context", "evidence_key"))


def _contexts() -> set[str]:
    return set(Interest.objects.values_list("context", flat=True))


def test_a_version_is_its_canonical_document_and_the_digest_of_it(world: World, learner: User) -> None:
    api.save_draft(definition(), by=learner.pk, run=world.run)
    api.publish("basics", by=learner.pk, note="The first.")
    version = Version.objects.get()
    assert version.digest == digest(version.document)
    assert (version.num, version.note, version.created_by_id) == (1, "The first.", learner.pk)
    assert versions.altered() == []


def test_every_way_to_read_a_changed_version_refuses_it(world: World, publish: Publish) -> None:
    publish()
    version = Version.objects.get()
    super(type(Version.objects.all()), Version.objects.all()).update(document={**version.document, "title": "Forged"})
    assert [row.pk for row in versions.altered()] == [version.pk]
    versions.forget()
    with pytest.raises(Immutable, match="Version 1"):
        versions.plans([(version.pk, world.run)])
    with pytest.raises(Immutable):
        versions.unbound([version.pk])


def test_a_digest_that_was_changed_with_the_document_is_no_proof_of_another_number(
    world: World, publish: Publish
) -> None:
    publish()
    version = Version.objects.get()
    super(type(Version.objects.all()), Version.objects.all()).update(digest="0" * 64)
    versions.forget()
    with pytest.raises(Immutable):
        versions.plans([(version.pk, world.run)])


def test_a_version_that_does_not_exist_is_named(world: World) -> None:
    with pytest.raises(MicrocredError, match="999"):
        versions.plans([(999, world.run)])


def test_reading_a_version_again_costs_nothing(world: World, publish: Publish, django_assert_num_queries: Any) -> None:
    publish()
    pk = Version.objects.get().pk
    (first,) = versions.plans([(pk, world.run)])
    with django_assert_num_queries(0):
        assert versions.plans([(pk, world.run), (pk, world.run)]) == [first]


def test_the_index_listens_to_exactly_what_the_definition_needs(world: World, publish: Publish) -> None:
    part = publish("part")
    other = "course-v1:Org+Other+Run"
    World(other)
    publish(
        milestones=[
            milestone(
                "m",
                [
                    completion("vertical@u1"),
                    {"subsection_grade": {"block": "sequential@exam", "minimum": "0.5"}},
                    {"course_passed": {"course": "home"}},
                    {"certificate": {"course": other}},
                    holding(part),
                    {"manual": {"prompt": "Seen."}},
                ],
            )
        ]
    )
    assert _entries() == {
        (world.run, f"completion:{world.key('vertical@u1')}"),
        (world.run, f"subsection_grade:{world.key('sequential@exam')}"),
        (world.run, f"course_passed:{world.run}"),
        (other, f"certificate:{other}"),
        (interest.AWARDS, f"award:{part.uuid}"),
        (world.run, "manual:m"),
        (world.run, f"enrolment:{world.run}"),
    }
    (plan,) = interest.plans_in(other)
    assert {need.evidence_key for need in plan.needs} <= {key for _, key in _entries()}


def test_a_publish_replaces_the_index_and_a_retirement_empties_it(world: World, publish: Publish) -> None:
    publish()
    publish(units=["vertical@u3"])
    assert _entries() == {
        (world.run, f"completion:{world.key('vertical@u3')}"),
        (world.run, f"enrolment:{world.run}"),
    }
    api.retire("basics")
    assert _entries() == set()
    assert _contexts() == set()


def test_each_run_has_its_own_entries(world: World, publish: Publish) -> None:
    other = World("course-v1:Org+Demo+Other")
    publish(units=["vertical@u1"])
    api.offer("basics", other.run)
    assert _contexts() == {world.run, other.run}
    assert {plan.run for plan in interest.plans_in(other.run)} == {other.run}
    assert other.key("vertical@u1") in str(interest.keys_in(other.run))


def test_an_inactive_offering_is_not_listened_to(world: World, learner: User, publish: Publish) -> None:
    other = World("course-v1:Org+Demo+Other")
    publish()
    assert offerings.offer_in_rerun(world.run, other.run) == 1
    api.publish("basics")
    assert _contexts() == {world.run}
    assert api.course_progress(learner.pk, other.run) == ()
