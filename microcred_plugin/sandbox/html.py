"""Makes the addresses in an author's HTML work in the sandbox."""

import re

from django.urls import reverse

_STATIC = re.compile(r"""(?<=["'(])/static/(?=[^"')])""")
_ASSET = re.compile(r"""(?<=["'(])(?:https?://[^/"']+)?/?asset-v1:[^"'@]+@asset\+block@(?=[^"')])""")
_JUMP = re.compile(r"""(?<=["'])/jump_to_id/([^"'#?/]+)""")


def local(text: str, course_key: str) -> str:
    """Point ``/static/…``, ``/asset-v1:…`` and ``/jump_to_id/…`` to the sandbox's own pages of the course."""
    files = reverse("sandbox:asset", args=[course_key, "FILE"]).removesuffix("FILE")
    text = _STATIC.sub(lambda _: files, text)
    text = _ASSET.sub(lambda _: files, text)
    return _JUMP.sub(lambda found: reverse("sandbox:jump", args=[course_key, found[1]]), text)
