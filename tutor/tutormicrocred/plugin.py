"""What Tutor loads: defaults, patches, the init task, and the slots of the micro-frontends.

The patches are files named as the places of Tutor's own templates that they extend.
"""

from importlib.resources import files
from typing import Any

from tutor import hooks

from tutormicrocred import options

_HERE = files("tutormicrocred")
#: Where the widgets stand: micro-frontend, slot, our component in widgets.js.
_SLOTS = (
    ("learning", "org.openedx.frontend.learning.progress_tab_certificate_status_side_panel.v1", "ProgressPanel"),
    ("authoring", "org.openedx.frontend.authoring.additional_course_plugin.v1", "CourseCard"),
)
_wanted = False  # MICROCRED_MFE_WIDGETS of the configuration that was loaded last: a filter for slots is not told it


def _worker(queue: str) -> list[str]:
    """Give the command of a worker for our queue alone, with the manners of Tutor's own LMS worker."""
    return [
        "celery",
        "--app=lms.celery",
        "worker",
        "--loglevel=info",
        "--hostname=microcred.%h",
        f"--queues={queue}",
        "--max-tasks-per-child=100",
        "--prefetch-multiplier=1",
        "--without-gossip",
        "--without-mingle",
    ]


hooks.Filters.CONFIG_DEFAULTS.add_items(list(options.DEFAULTS.items()))
hooks.Filters.ENV_TEMPLATE_ROOTS.add_item(str(_HERE / "templates"))
hooks.Filters.ENV_PATCHES.add_items([(file.name, file.read_text("utf-8")) for file in (_HERE / "patches").iterdir()])
hooks.Filters.CLI_DO_INIT_TASKS.add_item(
    ("lms", (_HERE / "templates" / "microcred" / "partials" / "init.sh").read_text("utf-8"))
)
hooks.Filters.ENV_TEMPLATE_VARIABLES.add_item(("microcred_worker", _worker))
# `tutor mounts add …/microcred-plugin` puts a checkout into the images, as Tutor does with XBlocks.
hooks.Filters.MOUNTED_DIRECTORIES.add_item(("openedx", "microcred-plugin"))


@hooks.Actions.CONFIG_LOADED.add()
def _on_config(config: dict[str, Any]) -> None:
    """Refuse what would render something broken, before it is rendered."""
    global _wanted
    options.check(config)
    _wanted = config["MICROCRED_MFE_WIDGETS"]


def _item(component: str) -> str:
    """Write a slot's configuration; ``microcred`` is defined by our patch of the same micro-frontend."""
    widget = f"id: 'microcred_{component}', type: DIRECT_PLUGIN, priority: 60, RenderWidget: microcred.{component}"
    return f"{{ op: PLUGIN_OPERATIONS.Insert, widget: {{ {widget} }} }}"


try:
    from tutormfe.hooks import PLUGIN_SLOTS
except ImportError:  # tutor-mfe is not installed: nothing to put a widget into
    pass
else:

    @PLUGIN_SLOTS.add()
    def _add_widgets(slots: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
        ours = [(frontend, slot, _item(component)) for frontend, slot, component in _SLOTS]
        return [*slots, *ours] if _wanted else slots
