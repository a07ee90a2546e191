"""Where things are: addresses in the LMS, in Studio and in the learning MFE."""

from collections.abc import Collection, Mapping
from urllib.parse import quote, urljoin

from microcred_plugin.compat.edxapp.keys import course_key


def _site_value(name: str) -> str:
    """Return the value of the site that is being served (``SITE_VALUES``), else the operator's setting."""
    from django.conf import settings
    from openedx.core.djangoapps.site_configuration import helpers

    return str(helpers.get_value(name, getattr(settings, name, "")) or "").rstrip("/")


def lms() -> str:
    """Return the address of the LMS, without a slash at its end; '' when nobody has set it."""
    return _site_value("LMS_ROOT_URL")


def studio() -> str:
    """Return the address of Studio with its scheme (lms/envs/common.py: CMS_BASE is a host), or ''."""
    from django.conf import settings

    root = _site_value("CMS_ROOT_URL")
    host = _site_value("CMS_BASE")
    scheme = "https" if getattr(settings, "HTTPS", "on") == "on" else "http"
    return root or (f"{scheme}://{host}" if host else "")


def absolute(address: str) -> str:
    """Complete an address that the LMS gives without its host; '' stays ''."""
    return urljoin(f"{lms()}/", address) if address else ""


def course(key: str) -> str:
    """Return the address of a course's home in the learning MFE, or in the LMS where there is none."""
    from openedx.features.course_experience.url_helpers import get_learning_mfe_home_url

    found = course_key(key)
    return (
        get_learning_mfe_home_url(found, url_fragment="home")
        if found and _site_value("LEARNING_MICROFRONTEND_URL")
        else absolute(f"/courses/{key}/")
    )


def blocks(course: str, keys: Collection[str]) -> Mapping[str, str]:
    """Return addresses that bring the learner to each block (lms/urls.py, ``jump_to``, which finds the unit's page)."""
    root = lms()
    return {key: f"{root}/courses/{course}/jump_to/{quote(key, safe='@+:')}" for key in keys}


def studio_course(key: str) -> str:
    """Return the address of a course's outline in the authoring MFE, or in Studio where there is none."""
    mfe = _site_value("COURSE_AUTHORING_MICROFRONTEND_URL")
    return f"{mfe}/course/{key}" if mfe else f"{studio()}/course/{key}"
