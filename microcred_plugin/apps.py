"""How the platform finds, configures and starts us. Imported while settings load: no model, no setting, no platform."""

from django.apps import AppConfig

_ON_COMPLETION = {
    "receiver_func_name": "on_block_completion",
    "sender_path": "completion.models.BlockCompletion",
}


class MicrocredConfig(AppConfig):
    """The Django app in LMS and Studio; keys of ``plugin_app`` are those of edx_django_utils.plugins.constants."""

    name = "microcred_plugin"
    label = "microcred_plugin"
    verbose_name = "Microcredentials"
    default_auto_field = "django.db.models.BigAutoField"

    plugin_app = {
        "url_config": {
            "lms.djangoapp": {
                "namespace": "microcred_plugin",
                "app_name": "microcred_plugin",
                "regex": r"^",
                "relative_path": "web.urls",
            },
        },
        "settings_config": {
            "lms.djangoapp": {"common": {"relative_path": "settings.common"}},
            "cms.djangoapp": {"common": {"relative_path": "settings.common"}},
        },
        "signals_config": {
            "lms.djangoapp": {
                "relative_path": "handlers",
                "receivers": [
                    {
                        **_ON_COMPLETION,
                        "signal_path": "django.db.models.signals.post_save",
                        "dispatch_uid": "microcred_plugin.block_completion_saved",
                    },
                    {
                        **_ON_COMPLETION,
                        "signal_path": "django.db.models.signals.post_delete",
                        "dispatch_uid": "microcred_plugin.block_completion_deleted",
                    },
                ],
            },
        },
    }

    def ready(self) -> None:
        """Register the tasks and the checks, which Celery and Django know once imported, and hear the platform."""
        from microcred_plugin import checks, compat, handlers, tasks  # noqa: F401 - models must be loaded first

        compat.connect(handlers)
