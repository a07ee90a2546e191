"""Who may see what: learners the courses they are enrolled in, staff and authors every course."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest

from microcred_plugin.sandbox import content, learning
from microcred_plugin.sandbox.content import Node
from microcred_plugin.sandbox.platform import SandboxPlatform


@dataclass(frozen=True, slots=True)
class Access:
    """What somebody may do in a course."""

    enrolled: bool
    staff: bool
    author: bool

    @property
    def learn(self) -> bool:
        """Whether they may open units."""
        return self.enrolled or self.staff or self.author


def access(request: HttpRequest, course_key: str) -> Access:
    """Ask what the current user may do in a course."""
    user_id = request.user.pk
    if user_id is None:
        return Access(enrolled=False, staff=False, author=False)
    platform = SandboxPlatform()
    return Access(
        enrolled=learning.is_enrolled(user_id, course_key),
        staff=platform.is_course_staff(user_id, course_key),
        author=platform.can_author(user_id, course_key),
    )


def course_or_404(course_key: str, *, text: bool = False) -> Node:
    """Give a course's tree, or the same 404 as for what one may not see."""
    root = content.load(course_key, text=text)
    if root is None or root.row.course.key != course_key:
        raise Http404("There is no such course.")
    return root


def signed_in(request: HttpRequest) -> User:
    """Give the user of a request that has been through ``login_required``."""
    if not isinstance(request.user, User):
        raise Http404("There is no such page.")
    return request.user
