"""What blocks in a page call: completion and answers, and the handlers and files of XBlocks."""

import json
import mimetypes
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import UsageKey
from xblock.core import XBlock
from xblock.exceptions import DisallowedFileError, NoSuchHandlerError, NoSuchUsage
from xblock.plugin import PluginMissingError

from microcred_plugin.sandbox import learning, problems
from microcred_plugin.sandbox.cards import OURS
from microcred_plugin.sandbox.content import Node
from microcred_plugin.sandbox.olx.xml import parse_leniently
from microcred_plugin.sandbox.pages.access import access, course_or_404
from microcred_plugin.sandbox.runtime import SandboxRuntime, handle
from microcred_plugin.sandbox.visibility import Viewer


def handler(request: HttpRequest, course_key: str, usage_key: str, name: str, suffix: str = "") -> HttpResponse:
    """Call a block's handler as a learner: 403 unless signed in, 404 unless enrolled (or staff)."""
    if not isinstance(request.user, User):
        return JsonResponse({"error": "Unauthenticated"}, status=403)
    root = course_or_404(course_key, text=True)
    allowed = access(request, course_key)
    if not allowed.learn:
        raise Http404("There is no such block.")
    node = next((node for node in root.walk() if node.key == usage_key), None)
    if node is not None and not Viewer(request.user.pk, root, is_staff=allowed.staff or allowed.author).reaches(node):
        raise Http404("There is no such block.")
    if node is None or node.type == OURS:
        return _xblock(request, root, usage_key, name, suffix, studio=False)
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    if name == "publish_completion":
        return _publish_completion(request, request.user, node)
    if (name, suffix) == ("xmodule_handler", "problem_check") and node.type == "problem":
        return _check_problem(request, request.user, node)
    raise Http404("There is no such handler.")


def studio_handler(request: HttpRequest, course_key: str, usage_key: str, name: str, suffix: str = "") -> HttpResponse:
    """Call a block's handler as Studio does, for those who may author."""
    root = course_or_404(course_key)
    if not access(request, course_key).author:
        raise Http404("There is no such block.")
    return _xblock(request, root, usage_key, name, suffix, studio=True)


def _xblock(request: HttpRequest, root: Node, usage_key: str, name: str, suffix: str, *, studio: bool) -> HttpResponse:
    rows = {node.key: node.row for node in root.walk() if node.type == OURS or node is root}
    runtime = SandboxRuntime(request.user, rows, studio=studio)
    try:
        key = UsageKey.from_string(usage_key)
        if key.block_type != OURS or str(key.context_key) != root.row.course.key:
            raise NoSuchUsage(usage_key)
        return handle(runtime.get_block(key), name, request, suffix)
    except (InvalidKeyError, NoSuchUsage, NoSuchHandlerError) as error:
        raise Http404("There is no such block or handler.") from error


def _publish_completion(request: HttpRequest, user: User, node: Node) -> HttpResponse:
    """Store a completion that the page reports: of anything to be read or watched, not of what is answered."""
    completion = _body(request).get("completion")
    if isinstance(completion, bool) or not isinstance(completion, int | float) or not 0 <= completion <= 1:
        return JsonResponse({"error": "completion is a number from 0 to 1."}, status=400)
    if not learning.completable(node) or node.children or node.type == "problem":
        return JsonResponse({"error": "Block not configured for completion on view."}, status=400)
    learning.complete(user, [node.key], float(completion))
    return JsonResponse({"result": "ok"})


def _check_problem(request: HttpRequest, user: User, node: Node) -> HttpResponse:
    """Judge the answers to a problem and store the score; what the sandbox cannot judge counts as solved."""
    answers = {
        str(name): tuple(map(str, given if isinstance(given, list) else [given]))
        for name, given in _body(request).items()
    }
    root = parse_leniently(node.row.text)
    asked = problems.questions(root) if root is not None else None
    results = problems.judge(asked, answers) if asked else {"problem": True}
    possible = node.max_score or Decimal(1)
    earned = problems.earned(results, possible)
    stored = {name: list(given) for name, given in answers.items() if name in results}
    learning.score(user, node.row.course.key, node.key, earned, possible, stored)
    return JsonResponse({"results": results, "earned": f"{earned.normalize():f}", "possible": f"{possible:f}"})


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


@require_GET
def resource(request: HttpRequest, block_type: str, path: str) -> HttpResponse:
    """Serve a public file of an XBlock's package."""
    try:
        file = XBlock.load_class(block_type).open_local_resource(path)
    except (PluginMissingError, DisallowedFileError, OSError) as error:
        raise Http404("There is no such file.") from error
    with file:
        return HttpResponse(file.read(), content_type=mimetypes.guess_type(path)[0] or "application/octet-stream")
