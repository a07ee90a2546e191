"""From verdicts and awards to the objects that pages show: titles, sentences, links."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.utils import translation

from microcred_plugin.awards import api as awards
from microcred_plugin.awards.models import Award
from microcred_plugin.compat import platform
from microcred_plugin.criteria import explain
from microcred_plugin.criteria.document import Completion, SubsectionGrade
from microcred_plugin.criteria.explain import Part
from microcred_plugin.criteria.needs import need
from microcred_plugin.criteria.sentences import sentence, summary
from microcred_plugin.criteria.verdict import MilestoneVerdict
from microcred_plugin.data import AwardData, BlockLink, MilestoneData, MissingData, ProgressData, StackLink
from microcred_plugin.definitions.offered import Neighbour, Offered
from microcred_plugin.flows.gather import course_of
from microcred_plugin.flows.new_award import image_of
from microcred_plugin.flows.standing import Standing
from microcred_plugin.structure import api as structure

_BLOCK_KINDS = ("completion", "subsection_grade")
_COURSE_KINDS = ("course_grade", "course_passed", "certificate")


class Names:
    """Titles and addresses of everything that some plans speak of, looked up once for all of them."""

    def __init__(self, found: Iterable[Offered], others: Iterable[Neighbour], blocks: Iterable[str]) -> None:
        refs: dict[str, set[str]] = defaultdict(set)
        for item in found:
            for asked in item.plan.needs:
                refs[asked.kind].add(asked.ref)
        wanted = {*blocks, *(ref for kind in _BLOCK_KINDS for ref in refs[kind])}
        courses = {course_of(key) for key in wanted} - {""}
        self._outlines = structure.recent_many(courses)
        self.titles: dict[str, str] = {str(other.uuid): other.definition.title for other in others}
        for course in {ref for kind in _COURSE_KINDS for ref in refs[kind]}:
            described = platform().course(course)
            self.titles[course] = described.title if described else course
        self.urls: dict[str, str] = {}
        for course in courses:
            outline = self._outlines.get(course)
            known = {key for key in wanted if outline and key in outline.items and course_of(key) == course}
            self.titles.update({key: outline.items[key].title for key in known} if outline else {})
            self.urls.update(platform().block_urls(course, known))

    def link(self, key: str) -> BlockLink:
        """Return the link to a block; without an address when the block is no longer there."""
        outline = self._outlines.get(course_of(key))
        item = outline.items.get(key) if outline else None
        return BlockLink(
            key=key, type=item.type if item else "", title=item.title if item else key, url=self.urls.get(key, "")
        )


def describe(
    found: Sequence[Offered], standings: Mapping[tuple[int, str], Standing], others: Sequence[Neighbour]
) -> tuple[ProgressData, ...]:
    """Describe how a learner stands with each of what is offered, in its order."""
    milestones = [milestone for item in found for milestone in standings[item.plan.key].verdict.milestones]
    left = {key for milestone in milestones for part in explain.missing(milestone) for key in part.blocks}
    names = Names(found, others, left)
    return tuple(_progress(item, standings[item.plan.key], others, standings, names) for item in found)


def _progress(
    item: Offered,
    standing: Standing,
    others: Sequence[Neighbour],
    standings: Mapping[tuple[int, str], Standing],
    names: Names,
) -> ProgressData:
    plan, definition, verdict = item.plan, item.plan.definition, standing.verdict
    whole = standing.awards.get("")
    below = {asked.ref for asked in plan.needs if asked.kind == "award"}
    return ProgressData(
        uuid=plan.uuid,
        slug=item.slug,
        title=definition.title,
        description=definition.description,
        type=definition.type,
        issuer=item.issuer,
        image=image_of(definition),
        state=item.state,
        version=plan.num,
        run=plan.run,
        eligible=standing.eligible,
        earned=verdict.earned,
        fraction=verdict.fraction,
        evidence_level=verdict.level.label,
        workload_hours=definition.quality.workload_hours,
        milestones=tuple(
            _milestone(milestone, definition.milestones[index].description, standing.awards, item, names)
            for index, milestone in enumerate(verdict.milestones)
        ),
        required_milestones=definition.award_when,
        award=_award(whole, item),
        counts_towards=_links((other for other in others if str(plan.uuid) in other.builds_on), standings),
        builds_on=_links((other for other in others if str(other.uuid) in below), standings),
        as_of=standing.as_of,
    )


def _links(others: Iterable[Neighbour], standings: Mapping[tuple[int, str], Standing]) -> tuple[StackLink, ...]:
    return tuple(_link(other, standings.get((other.version_id, NEIGHBOUR))) for other in others)


#: The "run" under which the standing of a neighbour is kept: it may be earned in any.
NEIGHBOUR = "*"


def _link(other: Neighbour, standing: Standing | None) -> StackLink:
    award = standing.awards.get("") if standing else None
    return StackLink(
        uuid=other.uuid,
        slug=other.slug,
        title=other.definition.title,
        earned=award is not None and awards.is_held(award),
        image=image_of(other.definition),
        segments=tuple(m.node.fraction for m in standing.verdict.milestones) if standing else (),
    )


def _award(row: Award | None, item: Offered) -> AwardData | None:
    return awards.to_summary(row, slug=item.slug, issuer=item.issuer) if row else None


def _milestone(
    verdict: MilestoneVerdict, description: str, held: Mapping[str, Award], item: Offered, names: Names
) -> MilestoneData:
    return MilestoneData(
        key=verdict.key,
        title=verdict.title,
        description=description,
        badge=verdict.badge,
        earned=verdict.earned,
        fraction=verdict.node.fraction,
        summary=summary(verdict, translation),
        missing=tuple(missing(part, verdict.key, names) for part in explain.missing(verdict)),
        award=_award(held.get(verdict.key), item),
    )


def missing(part: Part, milestone_key: str, names: Names) -> MissingData:
    """Describe a condition that is not met, with links to what is still to do."""
    keys: Collection[str] = part.blocks
    if not keys and isinstance(part.condition, Completion | SubsectionGrade):
        keys = (need(part.condition, milestone_key).ref,)  # nothing of it is done, or it is one piece
    return MissingData(
        requirement=part.requirement,
        text=sentence(part, translation, names.titles),
        have=part.have,
        need=part.need,
        blocks=tuple(names.link(key) for key in keys),
        alternative=part.choice is not None,
    )
