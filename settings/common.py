"""What the platform runs over its own settings (edx_django_utils.plugins, ``plugin_settings``).

Nothing is set here: every setting of ours has its default in ``microcred_plugin.conf`` and is read lazily, so an
operator's value always wins, whichever file it stands in.
"""

from typing import Any


def plugin_settings(settings: Any) -> None:
    """Leave the platform's settings as they are; safe to call any number of times, in LMS and Studio."""
