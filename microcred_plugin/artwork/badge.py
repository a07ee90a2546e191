"""The badge as one self-contained SVG: the ring is the progress, the core lights up when the whole is earned."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Protocol

from microcred_plugin.artwork import icons, plate, ring, shapes
from microcred_plugin.artwork.colour import DEFAULT, Tones, tones
from microcred_plugin.artwork.geometry import short
from microcred_plugin.artwork.text import xml

SMALL_BELOW = 72  #: px; smaller drawings leave details out and thicken the rest


class DesignLike(Protocol):
    """Anything with a shape, a colour and an icon, such as ``criteria.document.Design``."""

    @property
    def shape(self) -> str:
        """Return one of ``shapes.SHAPES``."""

    @property
    def colour(self) -> str:
        """Return ``#rrggbb``."""

    @property
    def icon(self) -> str:
        """Return one of ``icons.ICONS``."""


def badge_svg(
    design: Mapping[str, object] | DesignLike,
    *,
    title: str,
    segments: Sequence[Decimal],
    lit: bool,
    label: str = "",
    size: int | None = None,
    id_prefix: str = "",
    with_title: bool = False,
    issuer: str = "",
) -> str:
    """Draw a badge.

    ``design`` has ``shape``, ``colour`` and ``icon``; what is unknown is drawn as a hexagon, in blue, with an award.
    ``segments`` are the milestones' fractions 0…1 in order. ``label`` is what a screen reader says (else the title).
    ``size`` in px sets width and height and, below 72, a simpler drawing; without it the page sets the size.
    ``id_prefix`` keeps ids unique when one page holds the same drawing twice; without it they follow from the content.
    ``with_title`` adds a nameplate with title and ``issuer``, for the image that is taken away (200 px or more).
    """
    shape, colour, icon = _design(design)
    if not id_prefix:
        told = repr((shape, colour, icon, title, [str(s) for s in segments], lit, label, size, with_title, issuer))
        id_prefix = "mcb" + sha256(told.encode("utf-8", "replace")).hexdigest()[:10]
    small = size is not None and size < SMALL_BELOW
    prefix, palette = xml(id_prefix).replace(" ", "-"), tones(colour)
    gauge = ring.SMALL if small else ring.FINE
    drawing = (
        (f'<circle class="microcred-badge__glow" cx="60" cy="60" r="47" fill="url(#{prefix}-g)"/>' if lit else "")
        + ring.draw(ring.layout(segments, gauge), gauge, line=palette.line if lit else None)
        + _core(shapes.SHAPES[shape], icons.ICONS[icon], palette if lit else None, prefix, small)
    )
    box = 120
    if with_title:
        box = plate.BOX
        drawing = f'<g transform="translate({plate.SHIFT} 0)">{drawing}</g>' + plate.draw(title, issuer, palette)
    measures = f' width="{size}" height="{size}"' if size else ""
    state = " microcred-badge--lit" if lit else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="microcred-badge{state}" viewBox="0 0 {box} {box}"{measures} '
        f'role="img" aria-labelledby="{prefix}-t" focusable="false">'
        f'<title id="{prefix}-t">{xml(label or title)}</title>{_defs(prefix, palette) if lit else ""}{drawing}</svg>'
    )


def _design(design: Mapping[str, object] | DesignLike) -> tuple[str, str, str]:
    """Read a design, or an image that has one under ``design``; unknown values fall back to ours."""
    if isinstance(design, Mapping):
        inner = design.get("design")
        source = inner if isinstance(inner, Mapping) else design
        shape, colour, icon = source.get("shape"), source.get("colour"), source.get("icon")
    else:
        shape, colour, icon = design.shape, design.colour, design.icon
    return (
        shape if isinstance(shape, str) and shape in shapes.SHAPES else shapes.DEFAULT,
        colour if isinstance(colour, str) else DEFAULT,
        icon if isinstance(icon, str) and icon in icons.ICONS else icons.DEFAULT,
    )


def _defs(prefix: str, palette: Tones) -> str:
    return (
        f'<defs><linearGradient id="{prefix}-c" x1=".15" y1="0" x2=".75" y2="1"><stop stop-color="{palette.light}"/>'
        f'<stop offset="1" stop-color="{palette.dark}"/></linearGradient><radialGradient id="{prefix}-g">'
        f'<stop offset=".62" stop-color="{palette.line}" stop-opacity=".3"/>'
        f'<stop offset="1" stop-color="{palette.line}" stop-opacity="0"/></radialGradient></defs>'
    )


def _core(shape: shapes.Shape, icon: str, palette: Tones | None, prefix: str, small: bool) -> str:
    scale = shape.icon * (1.1 if small else 1)
    place = f"translate({short(60 - 12 * scale)} {short(60 + shape.sink - 12 * scale)}) scale({short(scale)})"
    if palette:
        body = f'<path d="{shape.path}" fill="url(#{prefix}-c)"/>'
        edge, ink = f'stroke="{palette.ink}" stroke-opacity=".38"', palette.ink
    else:
        body = f'<path d="{shape.path}" fill="{ring.NEUTRAL}" fill-opacity=".14"/>'
        edge, ink = f'stroke="{ring.NEUTRAL}" stroke-opacity=".55"', ring.FAINT_INK
    inset = "translate(6 6) scale(.9)" if palette else "translate(.6 .6) scale(.99)"
    line = (
        ""
        if small and palette
        else f'<path d="{shape.path}" transform="{inset}" fill="none" {edge} stroke-width="1.5"/>'
    )
    state = "lit" if palette else "grey"
    return (
        f'<g class="microcred-badge__core microcred-badge__core--{state}">{body}{line}'
        f'<path class="microcred-badge__icon" d="{icon}" transform="{place}" fill="none" stroke="{ink}" '
        f'stroke-width="{2.3 if small else 2}" stroke-linecap="round" stroke-linejoin="round"/></g>'
    )
