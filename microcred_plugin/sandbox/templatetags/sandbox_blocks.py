"""Small filters for blocks and points."""

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def block_id(usage_key: str) -> str:
    """Give the last part of a usage key, the block's anchor in its unit's page."""
    return usage_key.rpartition("@")[2]


@register.filter
def points(value: Decimal) -> str:
    """Write points without needless zeros."""
    return f"{value.normalize():f}"
