"""Reads a drawing back: its parts, and the angles a piece of the ring spans."""

import math
import re
from decimal import Decimal
from typing import Any

from lxml import etree

from microcred_plugin.artwork import badge_svg

SVG = "{http://www.w3.org/2000/svg}"
DESIGN = {"shape": "hexagon", "colour": "#0b5cad", "icon": "book"}
_PARAMETERS = {"M": 2, "L": 2, "Q": 4, "A": 7}


def draw(*fractions: str, design: Any = DESIGN, lit: bool = False, **options: Any) -> etree._Element:
    """Draw a badge and parse it."""
    options.setdefault("title", "First aid")
    text = badge_svg(design, segments=[Decimal(fraction) for fraction in fractions], lit=lit, **options)
    return etree.fromstring(text)


def paths(drawing: etree._Element, part: str) -> list[str]:
    """Return the path data of one part of the ring (``track``, ``part``, ``done``, ``tick``), in order."""
    groups = drawing.iter(f"{SVG}g")
    return [
        path.get("d", "")
        for group in groups
        if group.get("class") == f"microcred-badge__{part}"
        for path in group.iter(f"{SVG}path")
    ]


def points(path: str) -> list[tuple[float, float]]:
    """Return the points a path passes through or bends towards."""
    found = []
    for command, written in re.findall(r"([MLQA])([^MLQAZ]*)", path):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", written)]
        size = _PARAMETERS[command]
        for start in range(0, len(numbers), size):
            piece = numbers[start : start + size]
            pairs = [piece[5:7]] if command == "A" else [piece[i : i + 2] for i in range(0, size, 2)]
            found += [(x, y) for x, y in pairs]
    return found


def span(path: str) -> tuple[float, float]:
    """Return the share of the whole ring where a piece begins and where it ends, clockwise from the top."""
    angles = [math.atan2(x - 60, 60 - y) % (2 * math.pi) for x, y in points(path)]
    return min(angles) / (2 * math.pi), max(angles) / (2 * math.pi)


def thickness(path: str) -> float:
    """Return how thick a piece of the ring is."""
    radii = [math.dist(point, (60, 60)) for point in points(path)]
    return max(radii) - min(radii)
