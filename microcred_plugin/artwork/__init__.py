"""The badge, drawn as SVG: pure functions from a design and progress to a picture."""

from microcred_plugin.artwork.badge import badge_svg

__all__ = ["badge_svg"]
