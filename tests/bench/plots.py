"""Line plots with logarithmic axes, as SVG that is readable on light and dark pages."""

import math
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Callable

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 78, 205, 52, 100  # margins around the plot area
STYLE = """
  .card { fill: #ffffff; stroke: #d0d7de } .text { fill: #1f2328 } .dim { fill: #59636e }
  .grid { stroke: #d8dee4 } .minor { stroke: #eff2f5 } .axis { stroke: #59636e }
  .c0 { color: #0969da } .c1 { color: #bc4c00 } .c2 { color: #1a7f37 } .c3 { color: #8250df }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #3d444d } .text { fill: #f0f6fc } .dim { fill: #9198a1 }
    .grid { stroke: #2a313c } .minor { stroke: #1a2029 } .axis { stroke: #9198a1 }
    .c0 { color: #4493f8 } .c1 { color: #f0883e } .c2 { color: #3fb950 } .c3 { color: #ab7df8 }
  }
  text { font: 12px system-ui, sans-serif } .title { font-size: 15px; font-weight: 600 }
  .line { fill: none; stroke: currentColor; stroke-width: 2 } .mark { fill: currentColor }
"""


@dataclass
class Series:
    """One line. Lines of the same colour differ in their dashes."""

    name: str
    points: list[tuple[float, float]]
    colour: int
    dashed: bool = False


@dataclass
class Plot:
    """The contents of a plot. The labels of the axes contain the units."""

    title: str
    x_label: str
    y_label: str
    series: list[Series]
    caption: str  # one or two lines


class Axis:
    """Maps values to positions, in decades. The ends are 1, 2 or 5 times a power of ten."""

    def __init__(self, values: list[float], begin: float, end: float) -> None:
        self.low = _step_down(min(values))
        self.high = _step_up(max(values))
        self.begin, self.end = begin, end

    def place(self, value: float) -> float:
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.begin + share * (self.end - self.begin)

    def ticks(self) -> list[tuple[float, bool]]:
        """(value, whether it has a label): powers of ten, and 2 and 5 times a power where there are
        few."""
        decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        few = math.log10(self.high / self.low) < 3
        all_ticks = [(factor * 10.0**decade, factor == 1 or (few and factor in (2, 5)))
                     for decade in decades for factor in range(1, 10)]
        return [(value, is_labelled) for value, is_labelled in all_ticks
                if self.low * 0.999 <= value <= self.high * 1.001]


def _step_down(value: float) -> float:
    decade = 10.0 ** math.floor(math.log10(value) + 1e-9)
    return max(step * decade for step in (1, 2, 5) if step * decade <= value * 1.0001)


def _step_up(value: float) -> float:
    decade = 10.0 ** math.floor(math.log10(value) + 1e-9)
    return min(step * decade for step in (1, 2, 5, 10) if step * decade >= value * 0.9999)


def label_of(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:.6f}".rstrip("0")


def text(x: float, y: float, words: str, look: str = "text", anchor: str = "start",
         more: str = "") -> str:
    return (f'<text class="{look}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>'
            f'{escape(words)}</text>')


def line(look: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{look}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


MARKS: list[Callable[[float, float], str]] = [
    lambda x, y: f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="4"/>',
    lambda x, y: f'<rect class="mark" x="{x - 3.8:.1f}" y="{y - 3.8:.1f}" width="7.6" '
                 'height="7.6"/>',
    lambda x, y: f'<path class="mark" d="M{x:.1f} {y - 5:.1f}l5 9h-10z"/>',
    lambda x, y: f'<path class="mark" d="M{x:.1f} {y - 5.5:.1f}l5.5 5.5l-5.5 5.5l-5.5-5.5z"/>']


def draw_grid(x: Axis, y: Axis) -> list[str]:
    out = []
    for value, named in x.ticks():
        at = x.place(value)
        out.append(line("grid" if named else "minor", at, y.begin, at, y.end))
        if named:
            out.append(text(at, y.begin + 18, label_of(value), "dim", "middle"))
    for value, named in y.ticks():
        at = y.place(value)
        out.append(line("grid" if named else "minor", x.begin, at, x.end, at))
        if named:
            out.append(text(x.begin - 8, at + 4, label_of(value), "dim", "end"))
    return [*out, line("axis", x.begin, y.begin, x.end, y.begin),
            line("axis", x.begin, y.begin, x.begin, y.end)]


def draw_line(series: Series, points: list[tuple[float, float]]) -> str:
    dash = ' stroke-dasharray="6 4"' if series.dashed else ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    marks = "".join(MARKS[series.colour](x, y) for x, y in points)
    return f'<g class="c{series.colour}"><polyline class="line"{dash} points="{path}"/>{marks}</g>'


def draw_legend(series: list[Series]) -> list[str]:
    out = []
    left = WIDTH - RIGHT + 18
    for number, each in enumerate(series):
        y = TOP + 14 + number * 22
        sample = Series("", [], each.colour, each.dashed)
        out.append(draw_line(sample, [(left, y), (left + 30, y)]))
        out.append(text(left + 42, y + 4, each.name))
    return out


def draw(path: Path, plot: Plot) -> None:
    """Writes the plot to a file."""
    all_points = [point for each in plot.series for point in each.points]
    x = Axis([point[0] for point in all_points], LEFT, WIDTH - RIGHT)
    y = Axis([point[1] for point in all_points], HEIGHT - BOTTOM, TOP)
    middle = (y.begin + y.end) / 2
    lines = [draw_line(each, [(x.place(a), y.place(b)) for a, b in each.points])
             for each in plot.series]
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img">',
        f"<title>{escape(plot.title)}</title><style>{STYLE}</style>",
        f'<rect class="card" x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="8"/>',
        text(LEFT, 30, plot.title, "text title"), *draw_grid(x, y), *lines,
        *draw_legend(plot.series),
        text((x.begin + x.end) / 2, y.begin + 42, plot.x_label, "text", "middle"),
        text(20, middle, plot.y_label, "text", "middle", f' transform="rotate(-90 20 {middle})"'),
        *(text(LEFT, HEIGHT - 30 + 16 * number, each, "dim")
          for number, each in enumerate(plot.caption.split("\n"))), "</svg>"]
    path.write_text("\n".join(body) + "\n")
