"""Serves the editor's scripts and styles under an address that changes with them, whatever keeps static files here.

A manifest of static files renames each file and leaves the imports inside modules as they are, so that a browser would
go on with yesterday's after an upgrade. Below a digest of all of them, they can be kept for ever.
"""

import hashlib
from functools import cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

_FOLDER = Path(__file__).parent / "assets"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@cache
def files() -> dict[str, bytes]:
    """Return every script and style by its name."""
    return {path.name: path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.suffix in _TYPES}


@cache
def version() -> str:
    """Return what the address changes with."""
    found = hashlib.sha256()
    for name, content in files().items():
        found.update(name.encode() + b"\0" + content + b"\0")
    return found.hexdigest()[:16]


@require_GET
def asset(request: HttpRequest, digest: str, name: str) -> HttpResponse:
    """Serve one file; nothing in it is anybody's."""
    if digest != version() or name not in files():
        raise Http404("There is no such file.")
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(files()[name], content_type=_TYPES[Path(name).suffix], headers=headers)
