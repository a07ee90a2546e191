"""A small world for tests: the sandbox's course and learners, and definitions in as few words as possible."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User

from microcred_plugin import api
from microcred_plugin.data import MicrocredentialData
from microcred_plugin.evidence import gates
from microcred_plugin.evidence.models import Pending
from microcred_plugin.sandbox import learning, signals, switches
from microcred_plugin.sandbox.models import SandboxBlock, SandboxCourse

RUN = "course-v1:Org+Demo+Run"

#: section → subsection → unit → leaves; "p" leaves are problems worth 10 points, the others are html.
CONTENT: Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]] = {
    "basics": {"start": {"u1": ["h1"], "u2": ["h2", "h3"]}},
    "work": {"practice": {"u3": ["h4", "p1"]}, "exam": {"u4": ["p2"]}},
}


class World:
    """One course run in the sandbox, and what people do in it."""

    def __init__(self, run: str = RUN, content: Any = CONTENT) -> None:
        switches.track_completion()
        gates.make(range(gates.COUNT))  # as the migration did, before a test emptied all tables
        self.run = run
        self.blocks = list(_blocks(content))
        self.row = SandboxCourse.objects.create(key=run, title="Demo course", org="Org")
        self._write()

    def _write(self) -> None:
        self.row.version += 1
        self.row.save(update_fields=["version"])
        self.row.blocks.all().delete()
        SandboxBlock.objects.bulk_create(
            SandboxBlock(
                course=self.row,
                key=self.key(f"{kind}@{name}"),
                type=kind,
                title=name.upper(),
                parent_key=self.key(parent) if parent else "",
                position=position,
                fields=fields,
            )
            for position, (kind, name, parent, fields) in enumerate(self.blocks)
        )

    def key(self, reference: str) -> str:
        """Return the whole key of ``type@id``."""
        kind, _, name = reference.partition("@")
        run = self.run.replace("ccx-v1", "ccx-block-v1", 1).replace("course-v1", "block-v1", 1)
        return f"{run}+type@{kind}+block@{name}"

    def remove(self, reference: str) -> None:
        """Delete a block in Studio and publish."""
        self.blocks = [block for block in self.blocks if f"{block[0]}@{block[1]}" != reference]
        self.republish()

    def add(self, kind: str, name: str, parent: str, **fields: Any) -> None:
        """Add a block in Studio and publish."""
        self.blocks.append((kind, name, parent, fields))
        self.republish()

    def republish(self) -> None:
        """Publish the course as it is now."""
        self._write()
        signals.course_published.send(sender=SandboxCourse, course_key=self.run)

    def learner(self, name: str, mode: str = "audit") -> User:
        """Make a learner and enrol them."""
        user = User.objects.create_user(name, f"{name}@example.org")
        learning.enrol(user, self.run, mode)
        return user

    def complete(self, user: User, *references: str, completion: float = 1.0) -> None:
        """Complete leaves, or all leaves of units."""
        for reference in references:
            learning.complete(user, self.leaves(reference), completion)

    def leaves(self, reference: str) -> list[str]:
        """Return the keys of the leaves at or below a block."""
        below = [f"{kind}@{name}" for kind, name, parent, _ in self.blocks if parent == reference]
        return [leaf for block in below for leaf in self.leaves(block)] if below else [self.key(reference)]

    def score(self, user: User, reference: str, earned: int, possible: int = 10) -> None:
        """Answer a problem."""
        learning.score(user, self.run, self.key(reference), Decimal(earned), Decimal(possible))

    def publish(self, slug: str = "basics", *, run: str | None = "", **document: Any) -> MicrocredentialData:
        """Save a definition as a draft and publish it; in the course, unless ``run`` says otherwise."""
        draft = api.save_draft(definition(slug, **document), by=None, run=self.run if run == "" else run)
        return api.publish(f"{draft.issuer}/{draft.slug}")


def _blocks(content: Any) -> Any:
    yield "course", "course", "", {}
    for section, subsections in content.items():
        yield "chapter", section, "course@course", {}
        for subsection, units in subsections.items():
            yield "sequential", subsection, f"chapter@{section}", {"graded": True} if subsection == "exam" else {}
            for unit, leaves in units.items():
                yield "vertical", unit, f"sequential@{subsection}", {}
                for leaf in leaves:
                    scored = leaf.startswith("p")
                    fields = {"max_score": "10"} if scored else {}
                    yield "problem" if scored else "html", leaf, f"vertical@{unit}", fields


def definition(slug: str = "basics", **changes: Any) -> dict[str, Any]:
    """Return a small valid document, with changes; ``units`` is short for a milestone that asks for these."""
    units = changes.pop("units", ["vertical@u1", "vertical@u2"])
    document: dict[str, Any] = {
        "format": "microcredential/1",
        "slug": slug,
        "title": slug.title(),
        "issuer": "Org",
        "milestones": [milestone("first", [completion(unit) for unit in units])],
    }
    return {**document, **changes}


def milestone(key: str, requirements: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    """Return a milestone that asks for all of these."""
    return {"key": key, "title": key.title(), "require": {"all": list(requirements)}, **more}


def completion(block: str, **more: Any) -> dict[str, Any]:
    """Return a completion requirement."""
    return {"completion": {"block": block, **more}}


def holding(microcredential: MicrocredentialData) -> dict[str, Any]:
    """Return the requirement to hold another microcredential."""
    return {"microcredential": {"uuid": str(microcredential.uuid)}}


def waiting() -> int:
    """Count the rows in the outbox."""
    return Pending.objects.count()
