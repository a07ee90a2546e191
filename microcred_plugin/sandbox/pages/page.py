"""Renders a page under a strict Content-Security-Policy: only scripts that we put there run."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from web_fragments.fragment import Fragment

_POLICY = (
    "default-src 'self'; script-src 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: https:; media-src 'self' https:; frame-src https:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], fragment: Fragment | None = None, status: int = 200
) -> HttpResponse:
    """Render a template of the sandbox, with the scripts and styles of the XBlocks in it, each once."""
    nonce = secrets.token_urlsafe(16)
    resources = fragment.resources if fragment else ()
    styles, scripts = _split(resources)
    told = {**context, "nonce": nonce, "styles": styles, "scripts": scripts}
    response = render(request, f"sandbox/{template}.html", told, status=status)
    response["Content-Security-Policy"] = _POLICY.format(nonce=nonce)
    return response


def _split(resources: Any) -> tuple[list[Any], list[Any]]:
    each = list(dict.fromkeys(resources))
    return (
        [one for one in each if one.mimetype == "text/css"],
        [one for one in each if one.mimetype == "application/javascript"],
    )
