"""Looks at the platform around us: is it set up as we need it."""

from urllib.parse import urlsplit

from django.conf import settings as site
from django.utils.module_loading import import_string

from microcred_plugin.compat import platform
from microcred_plugin.conf import settings
from microcred_plugin.flows.checkup.found import Found, bad, odd, well

_NOWHERE = "course-v1:microcred+doctor+nowhere"
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_SMTP = "django.core.mail.backends.smtp.EmailBackend"  # what Django takes where a mailer names none
_NO_MAIL = ("console", "locmem", "dummy", "filebased")


def look_at_platform() -> Found:
    """The class that answers for the platform must be there and answer; these questions cost it next to nothing."""
    path = settings.MICROCRED_PLATFORM
    remedy = "Set MICROCRED_PLATFORM to a class that answers for this release of the platform, or leave it out."
    try:
        answerer = platform()
        wrong = answerer.course(_NOWHERE) is not None or bool(answerer.enrolments([], []))
    except Exception as error:  # whatever it raises: nobody can be judged
        return bad(f"{path}: {type(error).__name__}: {error}", remedy)
    if wrong:
        return bad(f"{path} knows a course and enrolments that cannot exist.", remedy)
    return well(f"{path} answers.")


def look_at_completion() -> Found:
    """Completion must be tracked, or nothing can be completed."""
    if platform().completion_is_tracked():
        return well("Completion is tracked.")
    remedy = "Run: manage.py lms waffle_switch completion.enable_completion_tracking on --create"
    return bad("Completion is not tracked, so nothing can be completed.", remedy)


def look_at_address() -> Found:
    """Learners and those they show a badge to must be able to open the LMS, and nobody in between to change it."""
    address = str(getattr(site, "LMS_ROOT_URL", "") or "")
    remedy = "Set LMS_ROOT_URL to the address at which learners open the LMS, with https."
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return bad(f"LMS_ROOT_URL is {address!r}.", remedy)
    if parts.hostname in _LOCAL:
        return odd(f"LMS_ROOT_URL is {address}, which only this machine can open.", remedy)
    if parts.scheme != "https":
        return odd(f"LMS_ROOT_URL is {address}, without encryption.", remedy)
    return well(f"The LMS is at {address}.")


def look_at_mail() -> Found:
    """Mail must leave the machine, and come from somebody, unless learners are not to be mailed."""
    if not settings.MICROCRED_MAIL_LEARNERS:
        return well("Learners are not mailed of what they earn (MICROCRED_MAIL_LEARNERS).")
    (setting, path), sender = _mail_backend(), str(site.DEFAULT_FROM_EMAIL)
    try:
        import_string(path)
    except ImportError as error:
        return bad(f"{setting} cannot be imported: {error}", f"Set {setting} to a backend that is installed.")
    if path.startswith("django.core.mail.backends.") and any(word in path for word in _NO_MAIL):
        return odd(f"{setting} is {path}: no mail leaves this machine.", f"Set {setting}, such as to SMTP's.")
    if "@" not in sender or sender.rstrip(">").endswith("@localhost"):
        return odd(f"DEFAULT_FROM_EMAIL is {sender!r}.", "Set DEFAULT_FROM_EMAIL to an address that people can answer.")
    badges = "and badges of milestones" if settings.MICROCRED_MAIL_MILESTONES else "not of milestones' badges"
    walks = "backfills, too" if settings.MICROCRED_MAIL_BACKFILLED else "no backfills"
    return well(f"Mail goes out by {path}. Learners are mailed of microcredentials, {badges}; {walks}.")


def _mail_backend() -> tuple[str, str]:
    """The setting that names what sends mail, and its value: Django 6.1 replaces ``EMAIL_BACKEND`` by ``MAILERS``."""
    mailers = getattr(site, "MAILERS", None)
    if mailers is None:
        return "EMAIL_BACKEND", str(site.EMAIL_BACKEND)
    path = mailers["default"].get("BACKEND", _SMTP) if "default" in mailers else ""
    return 'MAILERS["default"]["BACKEND"]', str(path)
