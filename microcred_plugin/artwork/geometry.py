"""Path data for the parts of a badge: ring segments and shapes with round corners, around the point (60, 60)."""

import math
from collections.abc import Sequence

CENTRE = 60.0
Point = tuple[float, float]


def short(value: float) -> str:
    """Write a coordinate with at most two decimals and no trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def polar(radius: float, angle: float) -> Point:
    """Give the point at an angle in radians, clockwise from the top."""
    return CENTRE + radius * math.sin(angle), CENTRE - radius * math.cos(angle)


def segment(inner: float, outer: float, start: float, end: float, corner: float) -> str:
    """Draw a piece of a ring between two angles with corners rounded by up to ``corner``; a full turn has no ends."""
    if end - start >= 2 * math.pi - 1e-9:
        return _circle(outer) + _circle(inner)
    corner = max(min(corner, (outer - inner) / 2, (end - start) * inner / 2.05), 0.0)
    turn_out, turn_in = corner / outer, corner / inner
    big_out, big_in = (int(end - start - 2 * turn > math.pi) for turn in (turn_out, turn_in))
    return (
        f"M{_at(outer, start + turn_out)}A{_xy(outer, outer)} 0 {big_out} 1 {_at(outer, end - turn_out)}"
        f"Q{_at(outer, end)} {_at(outer - corner, end)}L{_at(inner + corner, end)}"
        f"Q{_at(inner, end)} {_at(inner, end - turn_in)}A{_xy(inner, inner)} 0 {big_in} 0 {_at(inner, start + turn_in)}"
        f"Q{_at(inner, start)} {_at(inner + corner, start)}L{_at(outer - corner, start)}"
        f"Q{_at(outer, start)} {_at(outer, start + turn_out)}Z"
    )


def polygon(points: Sequence[Point], corner: float) -> str:
    """Draw a closed shape whose corners are rounded, starting ``corner`` before and after each point."""
    parts = []
    for i, here in enumerate(points):
        before, after = points[i - 1], points[(i + 1) % len(points)]
        come, leave = _towards(here, before, corner), _towards(here, after, corner)
        parts.append(f"{'L' if i else 'M'}{_xy(*come)}Q{_xy(*here)} {_xy(*leave)}")
    return "".join(parts) + "Z"


def _circle(radius: float) -> str:
    right, left = _xy(CENTRE + radius, CENTRE), _xy(CENTRE - radius, CENTRE)
    bow = f"A{_xy(radius, radius)} 0 1 1 "
    return f"M{right}{bow}{left}{bow}{right}Z"


def _towards(start: Point, goal: Point, distance: float) -> Point:
    length = math.dist(start, goal)
    share = min(distance / length, 0.5)
    return start[0] + (goal[0] - start[0]) * share, start[1] + (goal[1] - start[1]) * share


def _at(radius: float, angle: float) -> str:
    return _xy(*polar(radius, angle))


def _xy(x: float, y: float) -> str:
    return f"{short(x)} {short(y)}"
