"""What the platform runs over its own settings (edx_django_utils.plugins, ``plugin_settings``).

No setting of ours is set here: each has its default in ``microcred_plugin.conf`` and is read lazily, so an operator's
value always wins, whichever file it stands in. What is set here are the platform's own lists of what plugins add to its
pages; they are added to, never replaced.
"""

from pathlib import Path
from typing import Any

import microcred_plugin

_STEPS = {
    "org.openedx.learning.instructor.dashboard.render.started.v1": "AddInstructorSection",
    "org.openedx.learning.instructor.dashboard.tabs.requested.v1": "AddInstructorTab",
}


def plugin_settings(settings: Any) -> None:
    """Add our steps to the instructor dashboards, and our templates to Mako's; twice is once, in LMS and Studio."""
    filters = getattr(settings, "OPEN_EDX_FILTERS_CONFIG", None)
    if filters is None:
        filters = settings.OPEN_EDX_FILTERS_CONFIG = {}
    for filter_type, name in _STEPS.items():
        pipeline = filters.setdefault(filter_type, {"fail_silently": True, "pipeline": []}).setdefault("pipeline", [])
        step = f"microcred_plugin.surfaces.instructor.{name}"
        if step not in pipeline:
            pipeline.append(step)
    templates = Path(microcred_plugin.__file__).parent / "templates"
    directories = getattr(settings, "MAKO_TEMPLATE_DIRS_BASE", None)
    if isinstance(directories, list) and templates not in directories:
        directories.append(templates)
