"""The shapes a badge's core can have, each as a path around (60, 60) inside a circle of radius 43."""

import math
from dataclasses import dataclass

from microcred_plugin.artwork.geometry import CENTRE, polar, polygon

DEFAULT = "hexagon"


@dataclass(frozen=True, slots=True)
class Shape:
    """A path; how large the icon may be in it (1 = 24 units wide) and how far below the centre it sits."""

    path: str
    icon: float
    sink: float = 0.0


def _regular(corners: int, radius: float, rounding: float) -> str:
    return polygon([polar(radius, 2 * math.pi * i / corners) for i in range(corners)], rounding)


def _star() -> str:
    points = [polar(43 if i % 2 == 0 else 28.5, math.pi * i / 5) for i in range(10)]
    return polygon([(x, y + 2.5) for x, y in points], 6.5)


def _circle(radius: float) -> str:
    left, right = CENTRE - radius, CENTRE + radius
    return f"M{left:g} 60A{radius:g} {radius:g} 0 1 1 {right:g} 60A{radius:g} {radius:g} 0 1 1 {left:g} 60Z"


SHAPES = {
    "hexagon": Shape(_regular(6, 40, 8), 1.5),
    "circle": Shape(_circle(36), 1.5),
    "shield": Shape(
        "M57.6 22.9Q60 21.4 62.4 22.9Q73 29.6 87 30.6Q90.6 30.9 90.6 34.4V56C90.6 74.5 79.5 88.5 62.6 96.6"
        "Q60 97.8 57.4 96.6C40.5 88.5 29.4 74.5 29.4 56V34.4Q29.4 30.9 33 30.6Q47 29.6 57.6 22.9Z",
        1.45,
        -2.5,
    ),
    "square": Shape(polygon([(29, 29), (91, 29), (91, 91), (29, 91)], 13), 1.55),
    "star": Shape(_star(), 1.12, 2.0),
}
