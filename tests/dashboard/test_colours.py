"""The squares can be read by everybody: contrast of their text, and an order that colour-blind eyes can tell too."""

from __future__ import annotations

import re
from itertools import combinations
from math import dist

import pytest

from dashboard.components.live import FOLDER

GRADES = ("good", "fair", "average", "poor")
# Viénot, Brettel & Mollon (1999): linear RGB as a deuteranope and a protanope see it.
SEEN_BY = {
    "deuteranope": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
    "protanope": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
}
RGB = tuple[float, float, float]


def scheme(name: str) -> dict[str, RGB]:
    """The colours of the light or dark scheme, as linear RGB by variable."""
    css = (FOLDER / "colours.css").read_text()
    blocks = re.findall(r"\{([^}]*--good:[^}]*)\}", css)
    found = re.findall(r"--([\w-]+): #([0-9a-f]{6});", blocks[("light", "dark").index(name)])
    return {variable: linear(colour) for variable, colour in found}


def linear(colour: str) -> RGB:
    """An sRGB colour as linear light."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return red, green, blue


def luminance(colour: RGB) -> float:
    """WCAG 2 relative luminance."""
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def contrast(one: RGB, other: RGB) -> float:
    """WCAG 2 contrast ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_text_on_every_grade_has_enough_contrast(name: str) -> None:
    colours = scheme(name)
    for grade in (*GRADES, "quiet"):
        assert contrast(colours[grade], colours[f"{grade}-ink"]) >= 4.5, grade
    for text in ("muted", "wrong", "busy"):
        assert contrast(colours[text], colours["card"]) >= 4.5, text


def lab(colour: RGB) -> RGB:
    """CIE L*a*b* (D65)."""
    matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    x, y, z = (
        sum(w * max(c, 0.0) for w, c in zip(row, colour, strict=True)) / white
        for row, white in zip(matrix, (0.9505, 1.0, 1.089), strict=True)
    )
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("eyes", SEEN_BY)
def test_grades_differ_for_colour_blind_eyes(name: str, eyes: str) -> None:
    def seen(colour: RGB) -> RGB:
        red, green, blue = (sum(w * c for w, c in zip(row, colour, strict=True)) for row in SEEN_BY[eyes])
        return lab((red, green, blue))

    colours = scheme(name)
    for one, other in combinations(GRADES, 2):
        apart = dist(seen(colours[one]), seen(colours[other]))
        assert apart > 20, f"{one} and {other} are {apart:.0f} apart; 2 is just noticeable"
