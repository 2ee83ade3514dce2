"""The geometry of the page's small charts, in whole user units of an SVG; the templates draw them.

Drawn when the page is made: they print, need no script and are read out as the tables beside them.
"""

from collections.abc import Iterable, Sequence
from math import ceil, floor
from typing import Any

Point = tuple[float | None, str]
"""A value in per cent, or None where there is none, and its state."""


def span_of(values: Iterable[float | None], bar: float) -> tuple[int, int]:
    """The range of an axis in per cent that holds all values and the bar: tens, at least twenty, within 0 and 100."""
    known = [value for value in values if value is not None] + [bar]
    low, high = 10 * floor(min(known) / 10), 10 * ceil(max(known) / 10)
    low = min(low, high - 20)
    return (0, max(high, 20)) if low < 0 else (low, high)


def trend(points: Sequence[Point], bar: float, span: tuple[int, int], width: int = 120, height: int = 32) -> dict[str, Any]:
    """A line of values with the bar: ``line`` and ``misses`` as SVG paths, ``bar_y`` and the ``places`` of the points.

    A value outside the span lies on its edge.
    """
    low, high = span
    step = width / max(len(points) - 1, 1)

    def y(value: float) -> float:
        within = min(max(value, low), high)
        return round(height - (within - low) * height / (high - low), 1)

    places = [(round(at * step, 1), y(value), state) for at, (value, state) in enumerate(points) if value is not None]
    gaps = {round(at * step, 1) for at, (value, _) in enumerate(points) if value is None}
    line, pen_is_up = "", True
    for at in range(len(points)):
        x = round(at * step, 1)
        if x in gaps:
            pen_is_up = True
            continue
        line += f"{'M' if pen_is_up else 'L'}{x:g} {y(points[at][0] or 0):g}"
        pen_is_up = False
    return {
        "width": width,
        "height": height,
        "line": line,
        "misses": "".join(f"M{x:g} {up:g}h0" for x, up, state in places if state == "not_met"),
        "bar_y": y(bar),
        "places": places,
        "low": low,
        "high": high,
    }
