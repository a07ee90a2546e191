"""Looks for the files that browsers and translations need; they are collected when the image is built."""

from importlib import resources
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ImproperlyConfigured

from microcred_plugin.flows.checkup.found import Found, bad, well
from microcred_plugin.flows.checkup.installation import APP, BLOCK, named

_FINDER = "django.contrib.staticfiles.finders.AppDirectoriesFinder"
_REBUILD = "Rebuild the image (tutor images build openedx), or run: manage.py lms collectstatic; the same for cms."
_REINSTALL = "Install the wheel of microcred-plugin again: files of it are missing."


def _folder(name: str) -> Path:
    return Path(apps.get_app_config(APP).path) / name


def look_at_static_files() -> Found:
    """Every static file of ours must be found, and be collected where the site collects."""
    root = _folder("static")
    names = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    lost = [name for name in names if finders.find(name) is None]
    if lost:
        return bad(f"No finder finds {_some(lost)}.", f"STATICFILES_FINDERS must have {_FINDER}.")
    left = [name for name in names if not _is_collected(name)]
    if left:
        return bad(f"Not collected: {_some(left)}.", _REBUILD)
    return _look_at_block(len(names))


def _look_at_block(others: int) -> Found:
    """The block puts its files into the page by itself: they must be in the package, and need not be collected."""
    package = named(*BLOCK)[0].load().__module__.rpartition(".")[0]
    public = resources.files(package) / "public"
    kinds = {path.name.rpartition(".")[2] for path in public.iterdir()} if public.is_dir() else set()
    if not {"css", "js"} <= kinds:
        return bad(f"The block's files are missing: {public}.", _REINSTALL)
    return well(f"{others} static files can be found, and the block has its own.")


def _is_collected(name: str) -> bool:
    """Say whether the site can serve a file; a site that collects nothing serves what its finders find."""
    if settings.DEBUG:
        return True
    try:
        if hasattr(staticfiles_storage, "stored_name"):  # a storage with hashed names: those in its manifest
            return bool(staticfiles_storage.stored_name(name))
        return staticfiles_storage.exists(name)
    except ValueError:
        return False
    except ImproperlyConfigured:  # there is no STATIC_ROOT to collect into
        return True


def look_at_catalogues() -> Found:
    """Every catalogue of translations must be compiled."""
    found = sorted(_folder("locale").glob("*/LC_MESSAGES/*.po"))
    raw = [path.parent.parent.name for path in found if not path.with_suffix(".mo").is_file()]
    if raw:
        return bad(f"Not compiled: {', '.join(raw)}.", _REINSTALL)
    return well(f"{len(found)} catalogues are compiled.")


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
