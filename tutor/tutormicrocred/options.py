"""What an operator may set with ``tutor config save --set``, and what is refused before anything is rendered."""

import re
from typing import Any

from tutor.exceptions import TutorError

from tutormicrocred import __version__

#: Every value and its default; docs/how-tos/tutor.md says what each is for.
DEFAULTS: dict[str, Any] = {
    "MICROCRED_VERSION": __version__,
    "MICROCRED_REQUIREMENT": "microcred-plugin=={{ MICROCRED_VERSION }}",
    "MICROCRED_SWEEP_SECONDS": 300,
    "MICROCRED_TASK_QUEUE": "",
    "MICROCRED_SETTINGS": {},
    "MICROCRED_MFE_WIDGETS": False,
    "MICROCRED_MFE_MESSAGES": {},
}

#: What can be written as Python as well as YAML. YAML knows dates, too, which would need an import.
_PLAIN = (str, int, float, bool, type(None))


def check(config: dict[str, Any]) -> None:
    """Raise TutorError for the first value that would render something broken; it says which, and what to write.

    Values are written into shell, YAML and Python, so what has a meaning there is refused, not escaped.
    """
    requirement = config["MICROCRED_REQUIREMENT"]
    if not isinstance(requirement, str) or re.search(r"['\n]", requirement):
        raise _refused("MICROCRED_REQUIREMENT", requirement, "one line as for pip, without single quotes; or ''")
    seconds = config["MICROCRED_SWEEP_SECONDS"]
    if type(seconds) is not int or seconds < 0:
        raise _refused("MICROCRED_SWEEP_SECONDS", seconds, "a whole number of seconds; 0 means no sweep")
    queue = config["MICROCRED_TASK_QUEUE"]
    if not isinstance(queue, str) or not re.fullmatch(r"[\w.-]*", queue, re.ASCII):
        raise _refused("MICROCRED_TASK_QUEUE", queue, "letters, digits, dots, hyphens; or '' for the platform's queue")
    _check_settings(config["MICROCRED_SETTINGS"])
    if not isinstance(config["MICROCRED_MFE_WIDGETS"], bool):
        raise _refused("MICROCRED_MFE_WIDGETS", config["MICROCRED_MFE_WIDGETS"], "true or false")
    if not _is_table_of_words(config["MICROCRED_MFE_MESSAGES"]):
        raise _refused("MICROCRED_MFE_MESSAGES", config["MICROCRED_MFE_MESSAGES"], '{"de": {"earned": "Erworben"}}')


def _check_settings(settings: Any) -> None:
    if not isinstance(settings, dict):
        raise _refused("MICROCRED_SETTINGS", settings, '{"MICROCRED_BACKFILL_CHUNK": 100}')
    for name, value in settings.items():
        if not isinstance(name, str) or not re.fullmatch(r"MICROCRED_[A-Z0-9_]+", name):
            raise _refused(
                "MICROCRED_SETTINGS", name, "names of settings of the plugin, such as MICROCRED_LEASE_SECONDS"
            )
        if name in DEFAULTS:
            raise _refused("MICROCRED_SETTINGS", name, f"{name} by itself: it changes more than a Django setting")
        if not _is_plain(value):
            raise _refused(
                f"MICROCRED_SETTINGS: {name}", value, "text, a number, true, false, null, or a list of these"
            )


def _is_plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_plain(inner) for inner in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(inner) for key, inner in value.items())
    return isinstance(value, _PLAIN)


def _is_table_of_words(messages: Any) -> bool:
    return isinstance(messages, dict) and all(
        isinstance(words, dict) and all(isinstance(word, str) for word in words.values()) for words in messages.values()
    )


def _refused(name: str, value: Any, wanted: str) -> TutorError:
    return TutorError(f"{name} cannot be {value!r}. Write {wanted}: tutor config save --set {name.partition(':')[0]}=…")
