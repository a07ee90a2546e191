"""The ring of a badge: one segment per milestone, filled as far as the milestone has come.

Colour never speaks alone: a finished segment is also thicker than the track and carries a tick.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from microcred_plugin.artwork.geometry import polar, segment, short

TURN = 2 * math.pi
#: Mid greys and hues hold 3:1 on white and on dark pages alike; the track is translucent for the same reason.
NEUTRAL, FAINT_INK, DONE, PART = "#8291a5", "#6f7f93", "#0f7b55", "#2f7fd6"


@dataclass(frozen=True, slots=True)
class Gauge:
    """Measures of a ring in units of the drawing (120 wide): half widths of track and finished segments, gaps."""

    radius: float
    track: float
    done: float
    gap: float
    least_gap: float  #: gaps that would be narrower than this vanish: the segments merge
    ticks: bool


FINE = Gauge(radius=52, track=3, done=5.2, gap=4.2, least_gap=1.4, ticks=True)
SMALL = Gauge(radius=51, track=4.6, done=6.8, gap=7, least_gap=2.6, ticks=False)  #: below 72 px: less, but thicker


@dataclass(frozen=True, slots=True)
class Segment:
    """Where one milestone's piece of the ring begins and ends (radians clockwise from the top) and how full it is."""

    start: float
    end: float
    fraction: float

    @property
    def filled_to(self) -> float:
        """The angle up to which the piece is filled."""
        return self.start + (self.end - self.start) * self.fraction


def layout(fractions: Sequence[Decimal], gauge: Gauge) -> list[Segment]:
    """Share the ring among the milestones (none is drawn like one that is empty)."""
    shares = [min(max(float(fraction), 0.0), 1.0) for fraction in fractions] or [0.0]
    pitch = TURN / len(shares)
    gap = min(gauge.gap, 0.24 * pitch * gauge.radius) / gauge.radius
    if len(shares) == 1 or gap * gauge.radius < gauge.least_gap:
        gap = 0.0
    return [Segment(i * pitch + gap / 2, (i + 1) * pitch - gap / 2, share) for i, share in enumerate(shares)]


def draw(segments: Sequence[Segment], gauge: Gauge, *, line: str | None) -> str:
    """Draw the ring; ``line`` is the badge's own colour once it is lit, None while it is being earned."""
    merged = len(segments) > 1 and segments[0].start == 0
    corner = 0.0 if merged else 1.8
    done, part = (line, line) if line else (DONE, PART)
    tracks, parts, full, ticks = [], [], [], []
    for piece in segments:
        if piece.fraction >= 1:
            full.append(_piece(piece.start, piece.end, gauge, gauge.done, corner))
            ticks.append(_tick(piece, gauge))
            continue
        tracks.append(_piece(piece.start, piece.end, gauge, gauge.track, corner))
        if piece.fraction > 0:
            parts.append(_piece(piece.start, piece.filled_to, gauge, gauge.track, corner))
    return (
        _paths("track", tracks, f'fill="{NEUTRAL}" fill-opacity=".3" fill-rule="evenodd"')
        + _paths("part", parts, f'fill="{part}"' + (' fill-opacity=".7"' if line else ""))
        + _paths("done", full, f'fill="{done}" fill-rule="evenodd"')
        + _paths(
            "tick",
            [tick for tick in ticks if tick],
            'fill="none" stroke="#fff" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"',
        )
    )


def _piece(start: float, end: float, gauge: Gauge, half: float, corner: float) -> str:
    return segment(gauge.radius - half, gauge.radius + half, start, end, corner)


def _tick(piece: Segment, gauge: Gauge) -> str:
    if not gauge.ticks or (piece.end - piece.start) * gauge.radius < 13:
        return ""
    x, y = polar(gauge.radius, (piece.start + piece.end) / 2)
    return f"M{short(x - 2.3)} {short(y + 0.2)}L{short(x - 0.7)} {short(y + 1.8)}L{short(x + 2.3)} {short(y - 1.6)}"


def _paths(name: str, paths: Sequence[str], paint: str) -> str:
    drawn = "".join(f'<path d="{path}"/>' for path in paths)
    return f'<g class="microcred-badge__{name}" {paint}>{drawn}</g>' if drawn else ""
