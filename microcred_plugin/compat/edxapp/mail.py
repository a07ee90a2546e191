"""Mail to learners by edx-ace, as the platform mails them itself (lms/djangoapps/verify_student/emails.py).

So its channels, its policies (who opted out of a course's mails), the site's look and its sender hold for ours, too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from edx_django_utils.cache import RequestCache

from microcred_plugin.compat.edxapp import addresses
from microcred_plugin.compat.edxapp.keys import course_key
from microcred_plugin.compat.port import Letter
from microcred_plugin.errors import NotSent
from microcred_plugin.logs import Log

log = Log(__name__)

_SENT = "email_delivery_succeeded"
_COMMON = "ace_common/edx_ace/common"


def mail(user_id: int, letter: Letter) -> bool:
    """Send a letter; False for who is not to be mailed."""
    from django.contrib.auth import get_user_model
    from openedx.core.lib.celery.task_utils import emulate_http_request

    user = get_user_model().objects.filter(pk=user_id).first()
    if not _has_mail(user):
        return False
    site = _site_of(letter.course_key)
    # The templates, and the site's values, ask for a request; the latter are kept until a request or a task ends.
    with emulate_http_request(site=site, user=user), _values_anew():
        return _send(user, site, letter)


@contextmanager
def _values_anew() -> Iterator[None]:
    """Forget which site's values were read last, before and after (site_configuration/helpers.py)."""
    kept = RequestCache("site_config")
    kept.clear()
    try:
        yield
    finally:
        kept.clear()


def _has_mail(user: Any) -> bool:
    """Say whether there is somebody to write to.

    Retiring an account makes its password unusable at once, and so does disabling it (user_api/accounts/utils.py,
    lms/djangoapps/support/views/manage_user.py); the platform's own digests leave them out for it, too.
    """
    return user is not None and user.is_active and bool(user.email) and user.has_usable_password()


def _site_of(course: str) -> Any:
    """Return the site of the course's organisation, or the default one: a worker serves no site of its own."""
    from django.contrib.sites.models import Site
    from openedx.core.djangoapps.site_configuration.models import SiteConfiguration

    key = course_key(course)
    found = None if key is None else SiteConfiguration.get_configuration_for_org(key.org, select_related=["site"])
    return Site.objects.get_current() if found is None else found.site


def _send(user: Any, site: Any, letter: Letter) -> bool:
    """Have edx-ace send it and note what it reports: it keeps to itself what a policy or a channel refused."""
    from edx_ace import ace
    from edx_ace.channel import ChannelType
    from edx_ace.message import Message
    from edx_ace.recipient import Recipient

    reports: dict[str, Any] = {}

    class Noted(Message):  # type: ignore[misc]
        def report(self, key: str, value: Any) -> None:
            reports[key] = value
            super().report(key, value)

    message = Noted(
        app_label="microcred_plugin",
        name=letter.name,
        recipient=Recipient(user.pk, user.email),
        context=_context(user, site, letter),
        language=_language(user),
        # Its channel for what a learner's own doing calls forth, if the operator has set up another for that.
        options={"transactional": True, "from_address": _sender()},
    )
    try:
        ace.send(message, limit_to_channels=[ChannelType.EMAIL])
    except Exception as error:
        if _SENT not in reports:
            raise
        log.failure("mail-receiver-failed", error, user_id=user.pk)  # of edx-ace's signal: the mail is out
    if _SENT in reports:
        return True
    if "email" not in str(reports.get("policy_allowed_channels", "email")).split(","):
        return False
    raise NotSent(f"edx-ace did not deliver the mail; it reported {', '.join(sorted(reports))}.")


def _context(user: Any, site: Any, letter: Letter) -> dict[str, Any]:
    from openedx.core.djangoapps.ace_common.template_context import get_base_template_context

    return {
        **get_base_template_context(site),
        **letter.context,
        "name": getattr(getattr(user, "profile", None), "name", ""),
        "url": addresses.absolute(letter.path),
        "base": f"{_COMMON}/base_body.html",
        "head": f"{_COMMON}/base_head.html",
        "course_ids": [letter.course_key] if letter.course_key else [],  # asked for by the policy of opt-outs
    }


def _language(user: Any) -> str | None:
    """Return the language that the learner chose; None: the site's."""
    from openedx.core.djangoapps.lang_pref import LANGUAGE_KEY
    from openedx.core.djangoapps.user_api.preferences.api import get_user_preference

    return get_user_preference(user, LANGUAGE_KEY) or None


def _sender() -> str:
    """Return the sender of the site (ace_common/message.py), or the platform's."""
    from django.conf import settings
    from openedx.core.djangoapps.site_configuration import helpers

    return str(helpers.get_value("email_from_address", settings.DEFAULT_FROM_EMAIL))
