"""What course teams do: begin, write, leave unfinished, come back, publish, and not overwrite each other."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from microcred_plugin import api, authoring
from microcred_plugin.data import MicrocredentialState
from microcred_plugin.definitions.models import Microcredential
from microcred_plugin.errors import BadInput, Conflict, InvalidDefinition, NotAllowed, NotFound, StaleDraft
from tests.world import RUN, World, completion, definition, holding, milestone

OTHER = "course-v1:Org+Other+Run"


@pytest.fixture
def author(world: World) -> int:
    """Somebody of the course team, in the sandbox of every course."""
    user = User.objects.create_user("author")
    user.groups.add(Group.objects.create(name="author"))
    return int(user.pk)


def finished(run: str, uuid: UUID) -> dict[str, Any]:
    found = authoring.draft(run, uuid)
    return {**found.document, "milestones": [milestone("one", [completion("vertical@u1")])]}


# Beginning


def test_one_begins_with_a_title_and_nothing_else(world: World, author: int) -> None:
    made = authoring.create_blank(RUN, "Prove it!", by=author)

    assert (made.slug, made.issuer, made.lock, made.saved_by) == ("prove-it", "Org", 1, "author")
    assert made.document["title"] == "Prove it!"
    (card,) = authoring.cards(RUN)
    assert (card.microcredential.title, card.offered, card.milestones) == ("Prove it!", True, 0)
    assert [(one.path, one.code) for one in card.findings] == [("milestones", "empty-group")]


def test_the_same_title_gives_another_slug_and_no_latin_letter_a_general_one(world: World, author: int) -> None:
    titles = ["Prove it", "Prove  it?", "شهادة", "研究"]
    slugs = [authoring.create_blank(RUN, title, by=author).slug for title in titles]
    assert slugs == ["prove-it", "prove-it-2", "microcredential", "microcredential-2"]


@pytest.mark.parametrize("title", ["", "   "])
def test_without_a_title_nothing_begins(title: str, world: World, author: int) -> None:
    with pytest.raises(BadInput, match="title"):
        authoring.create_blank(RUN, title, by=author)
    assert not Microcredential.objects.exists()


def test_from_the_outline_by_section_it_can_be_published_as_it_is(world: World, author: int) -> None:
    made = authoring.create_from_outline(RUN, "section", by=author)

    assert made.document["title"] == "Demo course"
    assert [(one["key"], one["title"], one["badge"], one["require"]) for one in made.document["milestones"]] == [
        (name, name.upper(), True, {"all": [{"completion": {"block": f"chapter@{name}", "percent": 100}}]})
        for name in ("basics", "work")
    ]
    assert authoring.findings(RUN, made, by=author) == ()
    published = authoring.publish(RUN, made.uuid, lock=made.lock, note="", by=author)
    ada = world.learner("ada")
    world.complete(ada, "chapter@basics", "chapter@work")
    assert {award.milestone_key for award in api.awards_of(ada.pk)} == {"", "basics", "work"}
    assert published.version == 1


def test_from_the_outline_by_subsection(world: World, author: int) -> None:
    made = authoring.create_from_outline(RUN, "subsection", "Steps", by=author)
    assert made.slug == "steps"
    assert [one["key"] for one in made.document["milestones"]] == ["start", "practice", "exam"]


def test_what_nobody_can_complete_becomes_no_milestone(world: World, author: int) -> None:
    world.add("chapter", "empty", "course@course")
    world.add("chapter", "hidden", "course@course", staff_only=True)
    world.add("sequential", "secret", "chapter@hidden")
    world.add("vertical", "v9", "sequential@secret")
    world.add("html", "h9", "vertical@v9")
    made = authoring.create_from_outline(RUN, "section", by=author)
    assert [one["key"] for one in made.document["milestones"]] == ["basics", "work"]


def test_a_course_with_nothing_to_complete_says_so(author: int) -> None:
    World("course-v1:Org+Bare+Run", {"one": {"two": {}}})
    with pytest.raises(BadInput, match="No section of this course"):
        authoring.create_from_outline("course-v1:Org+Bare+Run", "section", by=author)


def test_too_many_milestones_are_refused_before_anything_is_made(author: int) -> None:
    content = {"one": {f"s{number}": {f"v{number}": [f"h{number}"]} for number in range(101)}}
    World("course-v1:Org+Long+Run", content)
    with pytest.raises(BadInput, match="101 subsections"):
        authoring.create_from_outline("course-v1:Org+Long+Run", "subsection", by=author)
    assert not Microcredential.objects.exists()


def test_a_file_from_elsewhere_becomes_this_organisations_and_twice_is_once(world: World, author: int) -> None:
    document = definition("imported", issuer="Elsewhere")
    first = authoring.create_from_document(RUN, document, by=author)
    again = authoring.create_from_document(RUN, document, by=author)

    assert (first.issuer, first.slug, first.document["issuer"]) == ("Org", "imported", "Org")
    assert (again.uuid, again.lock) == (first.uuid, first.lock)
    changed = authoring.create_from_document(RUN, {**document, "title": "Newer"}, by=author)
    assert (changed.uuid, changed.lock) == (first.uuid, 2)


def test_a_file_with_the_slug_of_another_courses_overwrites_nothing(world: World, author: int) -> None:
    World(OTHER)
    theirs = authoring.create_from_document(OTHER, definition("taken", title="Theirs"), by=author)
    with pytest.raises(Conflict, match="taken"):
        authoring.create_from_document(RUN, definition("taken", title="Ours"), by=author)
    assert authoring.draft(OTHER, theirs.uuid).document["title"] == "Theirs"


def test_an_invalid_file_names_the_place(world: World, author: int) -> None:
    with pytest.raises(InvalidDefinition, match=r"milestones\[0\].require"):
        authoring.create_from_document(RUN, definition(milestones=[{"key": "a", "title": "A"}]), by=author)


def test_a_copy_is_a_microcredential_of_its_own(world: World, author: int, publish: Any) -> None:
    source = publish("basics")
    made = authoring.copy(RUN, source.uuid, by=author)
    assert made.uuid != source.uuid
    assert (made.slug, made.document["milestones"]) == (
        "basics-2",
        authoring.draft(RUN, source.uuid).document["milestones"],
    )


def test_offered_here_it_is_the_same_one_and_inactive_until_somebody_activates_it(
    world: World, author: int, publish: Any
) -> None:
    World(OTHER)
    source = publish("basics")
    authoring.offer_here(OTHER, source.uuid, by=author)

    (card,) = authoring.cards(OTHER)
    assert (card.microcredential.uuid, card.offered) == (source.uuid, False)
    assert authoring.activate(OTHER, source.uuid).runs == (RUN, OTHER)
    assert authoring.end_offering(OTHER, source.uuid).inactive_runs == (OTHER,)


@pytest.mark.parametrize("bring", [authoring.copy, authoring.offer_here])
def test_nothing_is_brought_from_a_course_one_may_not_write(bring: Any, world: World, publish: Any) -> None:
    source = publish("basics")
    with pytest.raises(NotFound):
        bring(RUN, source.uuid, by=world.learner("ada").pk)
    assert Microcredential.objects.count() == 1


def test_the_list_costs_the_same_however_many_there_are(world: World, author: int, publish: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            authoring.cards(RUN)
        return len(asked)

    authoring.create_from_outline(RUN, "section", "One", by=author)
    authoring.cards(RUN)
    before = queries()
    for title in ("Two", "Three", "Four"):
        authoring.create_from_outline(RUN, "section", title, by=author)
    assert queries() == before


# Writing


def test_an_unfinished_draft_is_kept_and_cannot_be_published(world: World, author: int) -> None:
    made = authoring.create_blank(RUN, "Prove it", by=author)
    unfinished = {**made.document, "title": "", "milestones": [{"key": "one", "title": "", "require": {"all": []}}]}
    saved = authoring.save(RUN, made.uuid, unfinished, lock=1, by=author)

    assert (saved.lock, saved.document) == (2, unfinished)
    assert {one.path for one in authoring.findings(RUN, saved, by=author)} == {
        "title",
        "milestones[0].title",
        "milestones[0].require.all",
    }
    with pytest.raises(InvalidDefinition):
        authoring.publish(RUN, made.uuid, lock=2, note="", by=author)
    assert authoring.microcredential(RUN, made.uuid).state is MicrocredentialState.DRAFT


def test_until_it_is_published_the_draft_is_what_it_is_called_by(world: World, author: int) -> None:
    made = authoring.create_blank(RUN, "First idea", by=author)
    authoring.save(RUN, made.uuid, {**finished(RUN, made.uuid), "title": "Better"}, lock=1, by=author)
    assert authoring.microcredential(RUN, made.uuid).title == "Better"
    authoring.publish(RUN, made.uuid, lock=2, note="", by=author)
    authoring.save(RUN, made.uuid, {**finished(RUN, made.uuid), "title": "Not yet"}, lock=2, by=author)
    assert authoring.microcredential(RUN, made.uuid).title == "Better"


def test_who_saves_second_is_told_and_nothing_is_lost(world: World, author: int) -> None:
    made = authoring.create_blank(RUN, "Prove it", by=author)
    document = dict(made.document)
    mine = authoring.save(RUN, made.uuid, {**document, "description": "mine"}, lock=1, by=author)

    with pytest.raises(StaleDraft):
        authoring.save(RUN, made.uuid, {**document, "description": "theirs"}, lock=1, by=author)
    kept = authoring.draft(RUN, made.uuid)
    assert (kept.lock, kept.document["description"]) == (mine.lock, "mine")
    authoring.save(RUN, made.uuid, {**document, "description": "theirs"}, lock=kept.lock, by=author)


@pytest.mark.parametrize("member", ["slug", "issuer", "format"])
def test_a_draft_stays_what_it_is_a_draft_of(member: str, world: World, author: int) -> None:
    made = authoring.create_blank(RUN, "Prove it", by=author)
    with pytest.raises(InvalidDefinition, match=member):
        authoring.save(RUN, made.uuid, {**made.document, member: "other"}, lock=1, by=author)


def test_nobody_publishes_what_they_have_not_read(world: World, author: int) -> None:
    made = authoring.create_blank(RUN, "Prove it", by=author)
    authoring.save(RUN, made.uuid, finished(RUN, made.uuid), lock=1, by=author)
    with pytest.raises(StaleDraft):
        authoring.publish(RUN, made.uuid, lock=1, note="", by=author)


def test_discarding_goes_back_to_what_is_published(world: World, author: int, publish: Any) -> None:
    published = publish("basics")
    draft = authoring.draft(RUN, published.uuid)
    saved = authoring.save(RUN, published.uuid, {**draft.document, "title": "Oops"}, lock=draft.lock, by=author)
    with pytest.raises(StaleDraft):
        authoring.discard(RUN, published.uuid, lock=draft.lock)
    authoring.discard(RUN, published.uuid, lock=saved.lock)

    assert authoring.draft(RUN, published.uuid).document["title"] == "Basics"
    assert not authoring.microcredential(RUN, published.uuid).has_newer_draft
    with pytest.raises(StaleDraft):  # a page that is still open must not bring it back unasked
        authoring.save(RUN, published.uuid, {**draft.document, "title": "Oops"}, lock=saved.lock, by=author)


def test_discarding_what_was_never_published_deletes_it(world: World, author: int) -> None:
    made = authoring.create_blank(RUN, "Prove it", by=author)
    authoring.discard(RUN, made.uuid, lock=1)
    assert not Microcredential.objects.exists()


def test_nothing_is_found_through_a_course_in_which_it_is_not_offered(world: World, author: int, publish: Any) -> None:
    World(OTHER)
    uuid = publish("basics").uuid
    for ask in (authoring.draft, authoring.versions, authoring.stack, authoring.changes, authoring.activate):
        for run, one in ((OTHER, uuid), (RUN, uuid4())):
            with pytest.raises(NotFound):
                ask(run, one)


# Publishing


def test_before_publishing_one_reads_what_it_changes(world: World, author: int, publish: Any) -> None:
    uuid = publish("basics").uuid
    assert authoring.changes(RUN, uuid) == ()
    draft = authoring.draft(RUN, uuid)
    document = {**draft.document, "milestones": [milestone("first", [completion("vertical@u1")])]}
    authoring.save(RUN, uuid, document, lock=draft.lock, by=author)
    assert [change.text for change in authoring.changes(RUN, uuid)] == ["“First” no longer asks: Complete “U2”."]


def test_before_the_first_publish_there_is_nothing_to_compare_with(world: World, author: int) -> None:
    made = authoring.create_from_outline(RUN, "section", by=author)
    assert authoring.changes(RUN, made.uuid) == ()


def test_the_history_says_who_published_what_and_why(world: World, author: int) -> None:
    made = authoring.create_from_outline(RUN, "section", by=author)
    authoring.publish(RUN, made.uuid, lock=1, note="First", by=author)
    authoring.save(RUN, made.uuid, {**made.document, "title": "Second"}, lock=1, by=author)
    authoring.publish(RUN, made.uuid, lock=2, note="New title", by=author)

    told = [(one.num, one.published_by, one.note, one.current) for one in authoring.versions(RUN, made.uuid)]
    assert told == [(2, "author", "New title", True), (1, "author", "First", False)]
    assert authoring.document_of(RUN, made.uuid, 1)["title"] == "Demo course"
    with pytest.raises(NotFound):
        authoring.document_of(RUN, made.uuid, 3)


def test_retired_it_is_linted_no_more_and_can_be_published_again(world: World, author: int, publish: Any) -> None:
    uuid = publish("basics").uuid
    world.remove("vertical@u1")
    assert authoring.cards(RUN)[0].findings
    authoring.retire(RUN, uuid, reason="Replaced", by=author)
    (card,) = authoring.cards(RUN)
    assert (card.microcredential.state, card.retired_reason, card.findings) == ("retired", "Replaced", ())


def test_what_was_never_published_cannot_be_retired(world: World, author: int) -> None:
    with pytest.raises(NotAllowed):
        authoring.retire(RUN, authoring.create_blank(RUN, "Prove it", by=author).uuid, reason="x", by=author)


def test_a_course_that_changed_under_a_draft_is_seen_by_the_linter(world: World, author: int) -> None:
    made = authoring.create_from_outline(RUN, "section", by=author)
    assert authoring.findings(RUN, made, by=author) == ()
    world.remove("chapter@work")
    found = authoring.findings(RUN, made, by=author)
    assert [(one.path, one.code) for one in found] == [
        ("milestones[1].require.all[0].completion.block", "unknown-block")
    ]


def test_a_simulation_can_be_asked_for_in_parts_that_add_up(world: World, author: int, publish: Any) -> None:
    uuid = publish("basics").uuid
    for number in range(5):
        user = world.learner(f"user{number}")
        world.complete(user, "vertical@u1", *(["vertical@u2"] if number % 2 else []))
    whole = authoring.simulate(RUN, uuid, by=author, at_most=100)
    parts, after = [], 0
    while after is not None:
        parts.append(authoring.simulate(RUN, uuid, by=author, after=after, at_most=2))
        after = parts[-1].next

    assert (whole.learners, whole.would_earn, whole.next) == (5, 2, None)
    assert [part.learners for part in parts] == [2, 2, 1]
    assert sum(part.would_earn for part in parts) == 2
    assert [(one.text, one.learners, one.only_this) for one in whole.missing] == [("Complete “U2”", 3, 3)]
    assert sum(one.learners for part in parts for one in part.missing) == 3


# Stacks


def test_a_stack_is_seen_from_below_and_from_above(world: World, author: int, publish: Any) -> None:
    base, middle = publish("base"), None
    middle = publish("middle", milestones=[milestone("m", [holding(base)])])
    top = publish("top", milestones=[milestone("m", [holding(middle)])])

    found = authoring.stack(RUN, middle.uuid)
    assert [node.slug for node in found.root.builds_on] == ["base"]
    assert [node.slug for node in found.counts_towards] == ["top"]
    tree = authoring.stack(RUN, top.uuid).root
    assert [tree.slug, tree.builds_on[0].slug, tree.builds_on[0].builds_on[0].slug] == ["top", "middle", "base"]
    assert [one.slug for one in authoring.candidates(RUN, base.uuid, by=author)] == []  # each would make a circle
    assert [one.slug for one in authoring.candidates(RUN, top.uuid, by=author)] == ["base", "middle"]
    assert [one.slug for one in authoring.candidates(RUN, top.uuid, by=author, text="MID")] == ["middle"]


def test_the_picture_of_a_draft_that_makes_a_circle_ends(world: World, author: int, publish: Any) -> None:
    base = publish("base")
    top = publish("top", milestones=[milestone("m", [holding(base)])])
    draft = authoring.draft(RUN, base.uuid)
    document = {**draft.document, "milestones": [milestone("m", [holding(top), holding(base)])]}
    saved = authoring.save(RUN, base.uuid, document, lock=draft.lock, by=author)

    assert "cycle" in {one.code for one in authoring.findings(RUN, saved, by=author)}
    assert [node.slug for node in authoring.stack(RUN, base.uuid).root.builds_on] == ["top"]


def test_what_is_not_open_to_others_is_open_to_its_own_organisation_and_its_authors(
    world: World, author: int, publish: Any
) -> None:
    closed = publish("closed", stackable=False)
    World("course-v1:Else+Other+Run").row.__class__.objects.filter(key="course-v1:Else+Other+Run").update(org="Else")
    run = "course-v1:Else+Other+Run"
    made = authoring.create_blank(run, "Ours", by=author)
    document = {**made.document, "milestones": [milestone("m", [holding(closed)])]}
    saved = authoring.save(run, made.uuid, document, lock=1, by=author)
    stranger = world.learner("ada").pk

    assert authoring.findings(run, saved, by=author) == ()
    assert [one.code for one in authoring.findings(run, saved, by=stranger)] == ["not-stackable"]
    assert [one.slug for one in authoring.candidates(run, made.uuid, by=author)] == ["closed"]
    assert authoring.candidates(run, made.uuid, by=stranger) == ()
    assert authoring.publish(run, made.uuid, lock=2, note="", by=author).version == 1
