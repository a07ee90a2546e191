"""The nameplate under a badge that is taken away: its title and who issued it."""

from microcred_plugin.artwork.colour import Tones
from microcred_plugin.artwork.geometry import short
from microcred_plugin.artwork.text import clean, fit, right_to_left, xml

BOX = 164  #: width and height of a drawing with a nameplate
SHIFT = (BOX - 120) // 2
_ROOM, _SIZES, _ISSUER_SIZE = 140.0, (10.5, 9.5, 8.5, 7.8), 6.2
_MIDDLE = BOX / 2
_FONT = "Inter, 'Segoe UI', system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif"


def draw(title: str, issuer: str, palette: Tones) -> str:
    """Draw the plate at the foot of a ``BOX``-wide drawing; the title is made smaller, wrapped and then cut to fit."""
    size, lines = fit(clean(title), _ROOM, _SIZES, 2)
    _, (issued_by, *_) = fit(clean(issuer), _ROOM, (_ISSUER_SIZE,), 1)
    leading = size * 1.22
    height = 9 + leading * len(lines) + (_ISSUER_SIZE + 2.5 if issued_by else 0)
    top = BOX - 1.5 - height
    written = [_line(text, top + 4.2 + leading * (i + 0.5), size, 'font-weight="700"') for i, text in enumerate(lines)]
    if issued_by:
        quiet = 'font-weight="500" fill-opacity=".86" letter-spacing=".25"'
        written.append(_line(issued_by, BOX - 1.5 - 4.6 - _ISSUER_SIZE / 2, _ISSUER_SIZE, quiet))
    return (
        f'<g class="microcred-badge__plate"><rect x="5" y="{short(top)}" width="{BOX - 10}" height="{short(height)}" '
        f'rx="7" fill="{palette.dark}"/><g fill="{palette.ink}" font-family="{_FONT}" text-anchor="middle">'
        f"{''.join(written)}</g></g>"
    )


def _line(text: str, middle: float, size: float, style: str) -> str:
    direction = ' direction="rtl"' if right_to_left(text) else ""
    # 0.35 em from the middle of a line of capitals down to its baseline; dominant-baseline is not known everywhere.
    baseline = short(middle + 0.35 * size)
    return f'<text x="{short(_MIDDLE)}" y="{baseline}" font-size="{short(size)}" {style}{direction}>{xml(text)}</text>'
