"""Templates, styles and scripts of the block, read from beside this file so that nothing needs collectstatic."""

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from django.template import Context, Engine
from django.utils.safestring import SafeString

_FILES = resources.files(__package__)


def render(template: str, context: Mapping[str, Any]) -> SafeString:
    """Render ``templates/<template>.html``; values are escaped unless they are SafeString."""
    return _engine().get_template(f"{template}.html").render(Context(dict(context)))


@cache
def public(name: str) -> str:
    """Return the text of ``public/<name>``, to be put into the page itself."""
    return _FILES.joinpath("public", name).read_text("utf-8")


@lru_cache(maxsize=1)
def _engine() -> Engine:
    """Build an engine of our own: the same in LMS, Studio and workbench, whatever loaders the site has."""
    return Engine(dirs=[str(_FILES.joinpath("templates"))], libraries={"i18n": "django.templatetags.i18n"})
