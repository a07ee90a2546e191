"""The site around our pages."""


def base_template() -> str:
    """Name the template that gives an LMS page the site's header, footer and theme; '' where there is none (Studio)."""
    from django.template.exceptions import TemplateDoesNotExist
    from django.template.loader import get_template

    try:
        get_template("main_django.html")
    except TemplateDoesNotExist:
        return ""
    return "main_django.html"


def completion_is_tracked() -> bool:
    """Say whether the waffle switch of edx-completion is on."""
    from completion.waffle import ENABLE_COMPLETION_TRACKING_SWITCH

    return bool(ENABLE_COMPLETION_TRACKING_SWITCH.is_enabled())
