"""Hypothesis strategies: definitions, documents that say them, evidence, and values that mean harm."""

import copy
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from microcred_plugin.criteria import document as doc
from microcred_plugin.criteria import vocabulary as words
from microcred_plugin.criteria.dump import dump
from microcred_plugin.criteria.needs import needs
from microcred_plugin.criteria.verdict import EvidenceLevel, Fact


def examples(count):
    """Try so many examples; time limits on one example only make a busy machine fail."""
    return settings(max_examples=count, deadline=None, suppress_health_check=[HealthCheck.too_slow])


RUN = "course-v1:Org+Course+Run"
OTHER = "course-v1:Org+Other+Run"

ABSOLUTE_BLOCKS = [
    "block-v1:Org+Other+Run+type@sequential+block@d4",
    "block-v1:Org+Other+Run+type@vertical+block@u1",
    "ccx-block-v1:Org+Other+Run+ccx@1+type@vertical+block@u1",
]
BLOCKS = [*ABSOLUTE_BLOCKS, "vertical@a1", "vertical@a2", "sequential@e.5", "problem@p-1", "html@ü_~:1"]
COURSES = ["home", OTHER, "ccx-v1:Org+Other+Run+ccx@1"]
UUIDS = [UUID(int=1), UUID(int=2), UUID("0f4c7a52-1b7e-4f6e-9d5b-0c3a6b1e2d4f")]

_characters = st.characters(
    exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters=[chr(code) for code in range(0x202A, 0x202F)]
)
texts = st.text(_characters, max_size=12).map(str.strip)
titles = texts.filter(bool)
slugs = st.sampled_from(["a", "first-steps", "b2", "course-authoring", "x-1-y"])
percents = st.sampled_from(["1", "50", "100", "33.3333", "66.67", "99.5"]).map(Decimal)
minimums = st.sampled_from(["0.0001", "0.5", "0.7", "0.6667", "1"]).map(Decimal)
amounts = st.none() | st.sampled_from(["0.5", "1", "12", "99999", "2.25"]).map(Decimal)
times = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def conditions(blocks=BLOCKS, courses=COURSES):
    block, course = st.sampled_from(blocks), st.sampled_from(courses)
    return st.one_of(
        st.builds(doc.Completion, block, percents),
        st.builds(doc.SubsectionGrade, block, minimums),
        st.builds(doc.CourseGrade, course, minimums),
        st.builds(doc.CoursePassed, course),
        st.builds(doc.Certificate, course),
        st.builds(doc.HeldMicrocredential, st.sampled_from(UUIDS)),
        st.builds(doc.Manual, titles),
    )


@st.composite
def groups(draw, children):
    of = tuple(draw(st.lists(children, min_size=1, max_size=4)))
    rule = draw(st.sampled_from(doc.Rule))
    count = {doc.Rule.ALL: len(of), doc.Rule.ANY: 1}.get(rule) or draw(st.integers(1, len(of)))
    return doc.Group(rule, count, of)


def requirements(blocks=BLOCKS, courses=COURSES):
    return st.recursive(conditions(blocks, courses), groups, max_leaves=6).map(one_manual)


def one_manual(requirement):
    """Keep the first manual confirmation of a tree; a milestone has one at most."""
    seen = []

    def walk(node):
        if isinstance(node, doc.Group):
            return replace(node, of=tuple(map(walk, node.of)))
        if isinstance(node, doc.Manual):
            seen.append(node)
            return node if len(seen) == 1 else doc.CoursePassed(OTHER)
        return node

    return walk(requirement)


@st.composite
def milestones(draw, blocks=BLOCKS, courses=COURSES):
    keys = draw(st.lists(slugs, min_size=1, max_size=3, unique=True))
    return tuple(
        doc.Milestone(
            key=key,
            title=draw(titles),
            require=draw(requirements(blocks, courses)),
            badge=draw(st.booleans()),
            description=draw(texts),
        )
        for key in keys
    )


@st.composite
def definitions(draw, blocks=BLOCKS, courses=COURSES):
    """Definitions that differ in what decides an award; the rest is default."""
    found = draw(milestones(blocks, courses))
    return doc.Definition(
        slug=draw(slugs),
        title=draw(titles),
        issuer="OpenedX",
        milestones=found,
        award_when=draw(st.integers(1, len(found))),
    )


bound_definitions = definitions(blocks=ABSOLUTE_BLOCKS, courses=COURSES[1:])


@st.composite
def windows(draw):
    opens, closes = draw(st.none() | times), draw(st.none() | times)
    return doc.Window(opens=opens, closes=None if opens and closes and closes <= opens else closes)


qualities = st.builds(
    doc.Quality,
    outcomes=st.lists(titles, max_size=2).map(tuple),
    workload_hours=amounts,
    ects=amounts,
    eqf_level=st.none() | st.integers(1, 8),
    assessment=st.sampled_from(words.ASSESSMENTS),
    participation=st.sampled_from(words.PARTICIPATIONS),
    supervision=st.sampled_from(words.SUPERVISIONS),
    identity_check=st.sampled_from(words.SUPERVISIONS),
    quality_assurance=st.none() | titles,
    prerequisites=st.none() | titles,
)
designs = st.builds(
    doc.Design,
    shape=st.sampled_from(words.SHAPES),
    colour=st.sampled_from(["#0075b4", "#ffffff"]),
    icon=st.sampled_from(["book", "award", "light-bulb"]),
)
images = st.builds(doc.Image, design=designs) | st.builds(doc.Image, file=st.sampled_from(["a.svg", "badges/b 1.png"]))
policies = st.builds(
    doc.Policy,
    regression=st.sampled_from(words.REGRESSIONS),
    grace_days=st.integers(0, 3650),
    expires_after_months=st.none() | st.integers(1, 1200),
)
skills = st.builds(doc.Skill, name=titles, uri=st.sampled_from(["", "http://data.example/skill/1"]), framework=texts)


@st.composite
def full_definitions(draw):
    """Definitions that differ in every member."""
    modes = st.lists(st.sampled_from(["audit", "verified", "no-id-professional"]), unique=True).map(tuple)
    return replace(
        draw(definitions()),
        description=draw(texts),
        issuer=draw(st.sampled_from(["OpenedX", "edX", "a.b-c_d", "Universität"])),
        type=draw(st.sampled_from([*words.ACHIEVEMENT_TYPES, "ext:Nano"])),
        language=draw(st.sampled_from(["en", "pt-BR", "zh-Hans-CN", "es-419", "no"])),
        image=draw(images),
        eligibility=doc.Eligibility(enrolled=draw(st.booleans()), modes=draw(modes)),
        window=draw(windows()),
        stackable=draw(st.booleans()),
        policy=draw(policies),
        quality=draw(qualities),
        skills=tuple(draw(st.lists(skills, max_size=2))),
    )


@st.composite
def documents(draw):
    """Documents as authors write them: with any of the optional members left out."""
    document = dump(draw(full_definitions()))
    optional = [name for name in document if name not in ("format", "slug", "title", "issuer", "milestones")]
    for name in draw(st.lists(st.sampled_from(optional), unique=True)):
        del document[name]
    return document


@st.composite
def evidence_for(draw, definition):
    """Some of the facts a definition needs; what is not there is not known."""
    return {need.evidence_key: draw(facts(need.kind)) for need in sorted(needs(definition)) if draw(st.booleans())}


@st.composite
def facts(draw, kind):
    at = draw(st.none() | times)
    if kind == "completion":
        of = draw(st.integers(0, 6))
        have = draw(st.integers(0, of))
        left = tuple(f"left-{number}" for number in range(of - have))
        return Fact(Decimal(have), Decimal(of), left=left, units=of, at=at)
    if kind in ("subsection_grade", "course_grade"):
        return Fact(Decimal(draw(st.integers(0, 10_000))) / 10_000, at=at)
    level = draw(st.sampled_from([None, *EvidenceLevel])) if kind == "award" else None
    return Fact(Decimal(draw(st.integers(0, 1))), at=at, level=level)


@st.composite
def judged(draw):
    """A bound definition and evidence for it."""
    definition = draw(bound_definitions)
    return definition, draw(evidence_for(definition))


@st.composite
def more(draw, definition, evidence):
    """The evidence and some more: nothing of it gone, nothing less."""
    found = dict(evidence)
    for need in sorted(needs(definition)):
        old = found.get(need.evidence_key)
        if old is None:
            if draw(st.booleans()):
                found[need.evidence_key] = draw(facts(need.kind))
            continue
        have = old.have + (max(old.of - old.have, Decimal(0)) * draw(st.sampled_from([0, 0, 1])))
        found[need.evidence_key] = replace(old, have=have, left=old.left if have == old.have else ())
    return found


def places(value, path=()):
    """Name every place in a document, the document itself left out."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


HOSTILE = [
    None, True, False, 0, 1, -1, 101, 10**400, 0.7, 1.0, -0.0, 1e300, float("inf"),
    "", " ", "x", "x" * 300, "\x00", "a\nb", "\u202e", "0", "0.7\n", "1.0", "1e3", "100.00001",
    "home", "any", "all", "@", "vertical@", "block-v1:", "course-v1:a+b", "javascript:alert(1)", "../x.svg",
    "2027-02-30T00:00:00Z", "2027-01-01T00:00:00", "0001-01-01T00:00:00+14:00",
    [], {}, [[]], [None], {"x": 1}, {1: 2}, {"all": []}, {"at_least": 9}, {"manual": {"prompt": "p"}},
    ["any"], ["audit", "audit"],
]  # fmt: skip


@st.composite
def mutated(draw, hostile=HOSTILE):
    """A valid document with one to three things changed, removed or added."""
    document = copy.deepcopy(draw(documents()))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places(document)) or [("format",)]))
        parent = document
        for key in path[:-1]:
            parent = parent[key]
        match draw(st.sampled_from(["change", "remove", "add"])):
            case "change":
                parent[path[-1]] = copy.deepcopy(draw(st.sampled_from(hostile)))
            case "remove":
                parent.pop(path[-1]) if isinstance(parent, dict) or parent else None
            case _ if isinstance(parent, dict):
                parent[draw(st.sampled_from(["extra", "titel", "minimum", "file"]))] = draw(st.sampled_from(hostile))
            case _:
                parent.append(copy.deepcopy(parent[0]))
    return document


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["milestones", "require", "all", "completion", "block", "key", "x"]), inner)
        | st.dictionaries(st.integers() | st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)
