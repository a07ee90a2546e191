"""Colours of a badge: tones of one colour, and ink that is readable on them.

Tones are made in Oklch (Björn Ottosson, "A perceptual color space for image processing", 2020), where one step of
lightness looks the same in every hue; contrast is that of WCAG 2.2.
"""

import math
import re
from dataclasses import dataclass

DEFAULT = "#0b5cad"
WHITE = "#ffffff"
CONTRAST = 3.2  #: WCAG 2.2 asks 3:1 of graphics; the rest is for rounding

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")
#: Luminances that keep 3:1 both on white and on a dark page (#161c26), so one drawing serves both.
_DARKEST_LINE, _LIGHTEST_LINE = 0.145, 0.275


@dataclass(frozen=True, slots=True)
class Tones:
    """The colours of a lit core: gradient from ``light`` to ``dark``, ``ink`` on it, ``line`` for ring and rim."""

    light: str
    dark: str
    ink: str
    line: str


def parse(colour: object) -> tuple[float, float, float]:
    """Read ``#rgb`` or ``#rrggbb`` as red, green, blue 0…1; anything else is the default colour."""
    text = colour if isinstance(colour, str) and _HEX.match(colour) else DEFAULT
    digits = text[1:] if len(text) == 7 else "".join(2 * digit for digit in text[1:])
    red, green, blue = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """Give the WCAG contrast ratio of two colours, 1…21."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Give the WCAG relative luminance of a colour, 0…1."""
    red, green, blue = map(_linear, parse(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def tones(colour: object) -> Tones:
    """Derive the tones of a lit badge; the ink keeps at least 3:1 everywhere on the gradient."""
    lightness, chroma, hue = _oklch(parse(colour))
    lightness = min(max(lightness, 0.33), 0.93)
    light, dark = min(lightness + 0.08, 0.97), lightness - 0.13
    if lightness <= 0.74:  # white ink looks right on these, even where black would score higher
        while contrast(WHITE, _tone(light, chroma, hue)) < CONTRAST:
            light, dark = light - 0.01, dark - 0.004
        ink = WHITE
    else:
        ink = _tone(0.24, min(chroma, 0.05), hue)
        while contrast(ink, _tone(dark, chroma, hue)) < CONTRAST:
            dark += 0.01
    return Tones(_tone(light, chroma, hue), _tone(dark, chroma, hue), ink, _line(lightness, chroma, hue))


def _line(lightness: float, chroma: float, hue: float) -> str:
    while luminance(_tone(lightness, chroma, hue)) > _LIGHTEST_LINE:
        lightness -= 0.01
    while luminance(_tone(lightness, chroma, hue)) < _DARKEST_LINE:
        lightness += 0.01
    return _tone(lightness, chroma, hue)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _gamma(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else float(1.055 * channel ** (1 / 2.4) - 0.055)


def _oklch(rgb: tuple[float, float, float]) -> tuple[float, float, float]:
    red, green, blue = map(_linear, rgb)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def _tone(lightness: float, chroma: float, hue: float) -> str:
    """Give the colour as ``#rrggbb``; less vivid where the screen cannot show it so light or so dark."""
    while True:
        channels = _channels(lightness, chroma, hue)
        if chroma < 0.004 or all(-0.001 <= channel <= 1.001 for channel in channels):
            break
        chroma *= 0.94
    return "#" + "".join(f"{round(255 * _gamma(min(max(channel, 0.0), 1.0))):02x}" for channel in channels)


def _channels(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
