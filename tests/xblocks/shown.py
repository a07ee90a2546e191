"""Microcredentials as the public API describes them, a block around them, and a way to read what it shows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from lxml import html as lxml_html
from microcred_plugin.xblocks.microcredential.block import MicrocredentialXBlock
from opaque_keys.edx.keys import UsageKey
from webob import Request
from xblock.field_data import DictFieldData
from xblock.fields import ScopeIds
from xblock.reference.user_service import UserService, XBlockUser
from xblock.test.tools import TestRuntime

from microcred_plugin.artwork import badge_svg
from microcred_plugin.data import (
    AwardData,
    AwardState,
    BlockLink,
    MicrocredentialData,
    MicrocredentialState,
    MilestoneData,
    MissingData,
    ProgressData,
    StackLink,
)
from microcred_plugin.errors import NotFound

RUN = "course-v1:Org+Demo+Run"
USAGE = "block-v1:Org+Demo+Run+type@microcredential+block@m1"
UUID_ONE, UUID_TWO = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 5, 12, 10, tzinfo=UTC)
IMAGE = {"shape": "hexagon", "colour": "#0b5cad", "icon": "book"}


def award(key: str = "", state: AwardState = AwardState.GRANTED, at: datetime = NOW, **changes: Any) -> AwardData:
    """An award of the whole, or of a milestone's badge."""
    made = AwardData(
        uuid=UUID(int=9), user_id=7, microcredential_uuid=UUID_ONE, slug="authoring", issuer="OpenedX",
        title="Course authoring", milestone_key=key, state=state, evidence_level="assessed", granted_at=at,
        expires_at=None, version=1, run=RUN, image=IMAGE, why={},
    )  # fmt: skip
    return replace(made, **changes)


def link(title: str, url: str = "/courses/jump_to/u1") -> BlockLink:
    """A unit that is left to do."""
    return BlockLink(key=f"block-v1:{title}", type="vertical", title=title, url=url)


def todo(*titles: str, alternative: bool = False, url: str = "/courses/jump_to/u1") -> MissingData:
    """Units that are not complete."""
    blocks = tuple(link(title, url) for title in titles)
    return MissingData(
        requirement="completion", text="Complete it.", have=Decimal(0), need=Decimal(1), blocks=blocks,
        alternative=alternative,
    )  # fmt: skip


def missing(requirement: str, text: str, *blocks: BlockLink, alternative: bool = False) -> MissingData:
    """Another requirement that is not met."""
    return MissingData(
        requirement=requirement, text=text, have=Decimal(0), need=Decimal(1), blocks=blocks, alternative=alternative
    )


def milestone(key: str, fraction: str = "0", *missing_things: MissingData, **changes: Any) -> MilestoneData:
    """A milestone, titled by its key."""
    made = MilestoneData(
        key=key, title=key.capitalize(), description="", badge=True, earned=Decimal(fraction) == 1,
        fraction=Decimal(fraction), summary="3 of 5 units complete.", missing=missing_things, award=None,
    )  # fmt: skip
    return replace(made, **changes)


def progress(*milestones: MilestoneData, **changes: Any) -> ProgressData:
    """A published microcredential half way through."""
    shown = milestones or (
        milestone("first", "1", award=award("first")),
        milestone("second", "0.6", todo("Adding videos")),
        milestone("third", "0", missing("subsection_grade", "Reach 70% in “Project”.", link("Project"))),
    )
    made = ProgressData(
        uuid=UUID_ONE, slug="authoring", title="Course authoring", description="Plan, build and run a course.",
        type="MicroCredential", issuer="OpenedX", image=IMAGE, state=MicrocredentialState.PUBLISHED, version=1,
        run=RUN, eligible=True, earned=False, fraction=Decimal("0.5333"), evidence_level="assessed",
        workload_hours=Decimal(12), milestones=shown, required_milestones=len(shown), award=None,
    )  # fmt: skip
    return replace(made, **changes)


def earned(**changes: Any) -> ProgressData:
    """The same, earned."""
    done = tuple(milestone(key, "1", summary="Complete.") for key in ("first", "second", "third"))
    return progress(*done, **{"earned": True, "fraction": Decimal(1), "award": award(), **changes})


def neighbour(title: str, *segments: str, won: bool = False) -> StackLink:
    """Another microcredential of the stack."""
    fractions = tuple(map(Decimal, segments))
    return StackLink(uuid=UUID_TWO, slug="other", title=title, earned=won, image=IMAGE, segments=fractions)


def offered(uuid: UUID = UUID_ONE, state: MicrocredentialState = MicrocredentialState.PUBLISHED) -> MicrocredentialData:
    """A microcredential in Studio's list."""
    return MicrocredentialData(
        uuid=uuid, slug="authoring", title="Course authoring", issuer="OpenedX", state=state, version=1,
        has_newer_draft=False, runs=(RUN,),
    )  # fmt: skip


@dataclass
class Plugin:
    """Answers like ``microcred_plugin.api`` from what it is given; ``error`` is raised instead, if set."""

    found: Sequence[ProgressData] = ()
    staff: frozenset[int] = frozenset()
    error: Exception | None = None
    asked_for: list[int | None] = field(default_factory=list)

    def course_progress(self, user_id: int | None, run: str) -> tuple[ProgressData, ...]:
        self._answer(user_id)
        return tuple(one for one in self.found if one.run == run)

    def microcredential_progress(self, user_id: int | None, uuid: UUID, run: str) -> ProgressData:
        for one in self.course_progress(user_id, run):
            if one.uuid == uuid:
                return one
        raise NotFound(f"{uuid} is not offered in {run}.")

    def list_microcredentials(self, run: str | None = None) -> tuple[MicrocredentialData, ...]:
        self._answer(None)
        return tuple(offered(one.uuid, one.state) for one in self.found)

    def is_course_staff(self, user_id: int, run: str) -> bool:
        self._answer(user_id)
        return user_id in self.staff

    badge_svg = staticmethod(badge_svg)

    def _answer(self, user_id: int | None) -> None:
        self.asked_for.append(user_id)
        if self.error:
            raise self.error


class Users(UserService):
    """Tells the block who looks at it, in the platform's words."""

    def __init__(self, attributes: dict[str, Any]) -> None:
        super().__init__()
        self.attributes = attributes

    def get_current_user(self) -> XBlockUser:
        user = XBlockUser(is_current_user=True)
        user.opt_attrs.update({f"edx-platform.{name}": value for name, value in self.attributes.items()})
        return user


LEARNER = {"user_id": 7, "is_authenticated": True, "user_is_staff": False}
STAFF = {"user_id": 8, "is_authenticated": True, "user_is_staff": True}
NOBODY = {"user_id": None, "is_authenticated": False}


def block(
    plugin: Plugin, user: dict[str, Any] | None = LEARNER, *, usage: Any = USAGE, **fields: Any
) -> MicrocredentialXBlock:
    """A block in a runtime; ``user`` None: the runtime has no user service."""
    services = {"user": Users(user)} if user is not None else {}
    runtime = TestRuntime(services={"field-data": DictFieldData(fields), **services})
    key = UsageKey.from_string(usage) if ":" in usage else usage
    made = runtime.construct_xblock_from_class(
        MicrocredentialXBlock, ScopeIds(7, "microcredential", key, key), DictFieldData(fields)
    )
    made._api = lambda: plugin
    return made


def see(fragment: Any) -> Any:
    """Parse what a fragment shows; None when it shows nothing."""
    return lxml_html.fromstring(f"<main>{fragment.content}</main>") if fragment.content else None


def text(element: Any) -> str:
    """Return an element's words with single spaces, without marks of direction."""
    words = " ".join(element.text_content().split())
    return words.replace("\u2068", "").replace("\u2069", "")


def find(page: Any, name: str) -> list[Any]:
    """Return the elements of a class ``microcred__<name>``."""
    return page.xpath(f".//*[contains(concat(' ', @class, ' '), ' microcred__{name} ')]")


def ask(one: MicrocredentialXBlock, suffix: str | None = "", method: str = "GET") -> Any:
    """Call the ``progress`` handler."""
    return one.handle("progress", Request.blank("/", method=method), suffix)


def save(one: MicrocredentialXBlock, suffix: str | None = "", **data: Any) -> Any:
    """Call the ``save_settings`` handler as Studio's form does."""
    request = Request.blank("/", method="POST", content_type="application/json", body=json.dumps(data).encode())
    return one.handle("save_settings", request, suffix)
