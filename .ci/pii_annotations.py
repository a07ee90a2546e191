"""Refuse a model of ours that does not say which personal data it holds (OEP-30).

The words are those of ``.pii_annotations.yml``, which Open edX's own tool (code_annotations) reads as well. That tool
wants a list of everybody else's models beside it, which differs from release to release; this looks at ours alone.
"""

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
CONFIG = ROOT / ".pii_annotations.yml"
_LINE = re.compile(r"^\s*\.\. (no_pii|pii|pii_types|pii_retirement):[ \t]*(.*)$", re.MULTILINE)

#: How a field is named that holds the id of a user without being a relation to users.
_PERSON = re.compile(r"(^|_)(user|learner|actor|author|owner|by)(_id)?$")


def choices() -> dict[str, set[str]]:
    """Read the words that may be used: annotation → words."""
    group = yaml.safe_load(CONFIG.read_text("utf-8"))["annotations"]["pii_group"]
    entries: dict[str, Any] = {name.strip(". :"): rest for entry in group for name, rest in entry.items()}
    return {name: set(rest["choices"]) for name, rest in entries.items() if rest}


def persons(model: Any) -> list[str]:
    """Name the fields of a model that hold a user's id: relations to users, and numbers named like one."""
    from django.contrib.auth import get_user_model

    return [
        field.name
        for field in model._meta.concrete_fields
        if field.related_model is get_user_model() or (not field.is_relation and _PERSON.search(field.attname))
    ]


def problem(docstring: str, allowed: dict[str, set[str]], holds: Sequence[str] = ()) -> str:
    """Say what is wrong with a model's docstring; empty when nothing is. ``holds``: its fields that name a person."""
    notes = {name: text.strip() for name, text in _LINE.findall(docstring)}
    if "no_pii" in notes:
        if holds:
            return f"says .. no_pii: and holds {', '.join(holds)}"
        return "says both .. no_pii: and .. pii:" if len(notes) > 1 else ""
    if not notes.get("pii"):
        return "says neither .. no_pii: nor, with a sentence, .. pii:"
    for name, words in allowed.items():
        used = {word.strip() for word in notes.get(name, "").split(",")}
        if not used <= words:
            return f".. {name}: {', '.join(sorted(used - words)) or 'nothing'} is none of {', '.join(sorted(words))}"
    return ""


def models() -> list[type]:
    """List our models, those of the sandbox too."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "microcred_plugin.settings.test")
    import django
    from django.apps import apps

    django.setup()
    return [model for model in apps.get_models() if model.__module__.startswith("microcred_plugin.")]


def main() -> int:
    """Print the models that do not say it; 1 when there are any."""
    ours, allowed = models(), choices()
    said = {model: problem(model.__dict__.get("__doc__") or "", allowed, persons(model)) for model in ours}
    found = {model: text for model, text in said.items() if text}
    for model, text in found.items():
        print(f"{model.__module__}.{model.__name__}: {text}")
    if not found:
        print(f"Personal data: all {len(ours)} models say what they hold.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
