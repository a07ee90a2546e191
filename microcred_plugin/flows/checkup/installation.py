"""Looks at whether the platform found us: stevedore swallows the errors of a plugin that cannot be imported."""

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from celery import current_app
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from microcred_plugin import compat
from microcred_plugin.conf import in_studio, settings
from microcred_plugin.flows.checkup.found import Found, bad, odd, well

APP = "microcred_plugin"
BLOCK = ("xblock.v1", "microcredential")
_ENTRY_POINTS = (("lms.djangoapp", APP), ("cms.djangoapp", APP), BLOCK)
_TASKS = ("evaluate", "run_backfill", "announce", "refresh_structure")


def look_at_entry_points() -> Found:
    """Each must be there once, be ours, and load."""
    wrong = [f"{group}: {problem}" for group, name in _ENTRY_POINTS if (problem := _problem_of(group, name))]
    remedy = "Install microcred-plugin once with pip in this environment, and uninstall what has the same names."
    return bad("; ".join(wrong), remedy) if wrong else well(f"All {len(_ENTRY_POINTS)} load.")


def _problem_of(group: str, name: str) -> str:
    found = named(group, name)
    if len(found) != 1:
        return f"{len(found)} distributions are named {name}" + (" and hide each other" if found else "")
    try:
        found[0].load()
    except Exception as error:  # whatever its import raises, the platform only leaves the plugin out
        return f"{found[0].value} cannot be imported: {type(error).__name__}: {error}"
    return "" if found[0].value.startswith(f"{APP}.") else f"{name} is somebody else's: {found[0].value}"


def named(group: str, name: str) -> list[EntryPoint]:
    """Return the entry points of that name, of all distributions."""
    return [point for point in entry_points(group=group) if point.name == name]


def look_at_app() -> Found:
    """The app of this process must be the one that the platform configures."""
    config = apps.get_app_config(APP)
    if not hasattr(config, "plugin_app"):
        message = f"INSTALLED_APPS has {APP} with {type(config).__name__}, which the platform cannot configure."
        return bad(message, f"Do not name it in INSTALLED_APPS: the entry points do, as {APP}.apps:MicrocredConfig.")
    return well(f"Installed in {'Studio' if in_studio() else 'the LMS'} from {config.path}.")


def look_at_addresses() -> Found:
    """The LMS must have mounted our addresses."""
    if in_studio():
        return well("Studio has none of ours.")
    try:
        return well(f"The API is at {reverse(f'{APP}:api-v1-awards')}.")
    except NoReverseMatch:
        remedy = (
            "The entry point lms.djangoapp was not loaded when this process began: restart it, and look at its log."
        )
        return bad("The addresses of the API are not mounted.", remedy)


def look_at_receivers() -> Found:
    """Every receiver that we declare for this process must be connected, or nobody's work is heard of."""
    project = "cms.djangoapp" if in_studio() else "lms.djangoapp"
    plugin_app: dict[str, Any] = getattr(apps.get_app_config(APP), "plugin_app", {})
    config = plugin_app.get("signals_config", {}).get(project, {})
    declared = config.get("receivers", [])
    lost = [one["dispatch_uid"] for one in declared if not _is_connected(one, config)]
    if lost:
        remedy = "Restart the process. If that does not help, the platform's plugin app failed at start: see its log."
        return bad(f"Not connected: {', '.join(lost)}.", remedy)
    return _look_at_platform_signals(len(declared))


def _look_at_platform_signals(declared: int) -> Found:
    missing = compat.unheard()
    if settings.MICROCRED_PLATFORM in missing:
        return bad("Nothing of the platform is heard.", "See the check platform; then restart the process.")
    if missing:
        remedy = (
            "Use a version of the plugin that knows your release. Until then, microcred reconcile finds what they tell."
        )
        return odd(f"This process does not have: {', '.join(missing)}.", remedy)
    return well(f"All {declared} are connected, and the platform's signals are heard.")


def _is_connected(declared: dict[str, str], config: dict[str, Any]) -> bool:
    module = import_module(f"{APP}.{config['relative_path']}")
    getattr(module, declared["receiver_func_name"])  # connected before it was renamed is not connected after a restart
    signal = import_string(declared["signal_path"])
    return any(entry[0][0] == declared["dispatch_uid"] for entry in signal.receivers)


def look_at_database() -> Found:
    """The database must answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return well(f"{connection.vendor} answers.")


def look_at_migrations() -> Found:
    """Our tables must be as the code expects them."""
    executor = MigrationExecutor(connection)
    targets = [key for key in executor.loader.graph.leaf_nodes() if key[0] == APP]
    waiting = executor.migration_plan(targets)
    if waiting:
        names = ", ".join(migration.name for migration, _ in waiting)
        return bad(f"Not applied: {names}.", f"Run: manage.py lms migrate {APP}")
    return well("All migrations are applied.")


def look_at_tasks() -> Found:
    """Celery must know our tasks in this process."""
    missing = [name for name in _TASKS if f"{APP}.tasks.{name}" not in current_app.tasks]
    if missing:
        return bad(f"Not registered: {', '.join(missing)}.", "Restart the workers with the plugin installed.")
    return well("All tasks are registered.")
