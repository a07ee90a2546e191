"""Mail in the sandbox: the templates that edx-ace fills on the platform, in a frame of the sandbox's own."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from microcred_plugin.compat.port import Letter

_RETIRED = "@retired.invalid"
_SITE = "Microcredentials sandbox"


def send(user_id: int, letter: Letter, lms_url: str) -> bool:
    """Send a letter in the sandbox's language; False for who is not active, was retired or has no address."""
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    address = "" if user is None else str(getattr(user, user.get_email_field_name()))
    if user is None or not address or address.endswith(_RETIRED):
        return False
    context = {
        **letter.context,
        "name": user.get_full_name(),
        "platform_name": _SITE,
        "url": f"{lms_url}{letter.path}",
        "base": "sandbox/mail/body.html",
        "head": "sandbox/mail/head.html",
    }
    with translation.override(settings.LANGUAGE_CODE):
        parts = {name: _filled(letter, name, context) for name in ("subject.txt", "body.txt", "head.html", "body.html")}
    mail = EmailMultiAlternatives(" ".join(parts["subject.txt"].split()), parts["body.txt"], to=[address])
    # As edx-ace's channel puts it together (edx_ace/channel/mixins.py).
    page = f"<!DOCTYPE html>\n<html><head>{parts['head.html']}</head><body>{parts['body.html']}</body></html>"
    mail.attach_alternative(page, "text/html")
    mail.send()
    return True


def _filled(letter: Letter, name: str, context: dict[str, str | bool]) -> str:
    return render_to_string(f"microcred_plugin/edx_ace/{letter.name}/email/{name}", context)
