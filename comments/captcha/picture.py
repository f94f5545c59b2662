"""The captcha's picture: large letters written by an unsteady pen, standing anywhere, struck through and cut.

Every line is ours, drawn from the skeletons below, so no font is needed and no two letters are ever the same shape.
What falls how is up to the dice that the caller brings; this module knows no secret and throws no dice of its own.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import pairwise
from math import cos, pi, radians, sin
from random import Random

from PIL import Image, ImageChops, ImageDraw

Point = tuple[float, float]
Line = list[Point]

WIDTH, HEIGHT = 960, 320  # the sheet that is drawn on; all lengths below are its pixels
SIZE = 720, 240  # of the file: twice what the page shows, for sharp screens, and smoothed by the shrinking
PAPER, INK = (240, 234, 222), (38, 52, 60)
TONES = 16
EMPTY, FULL = 255, 0
PEN = 24  # about as thick as a stroke
NEAREST = 12  # pixels between two letters before they are turned: enough that they hardly overlap
SCALES = 13, 20  # for one step of a letter's grid
MOONS = 4  # where paper and ink change places
TALLEST = 240  # pixels of a letter
MARGIN = 32  # at either end of the sheet
UPRIGHT = 28  # above and below the tallest letter, so that none is cut off when it is turned

# A letter stands on a grid 10 high, y downwards, and as wide as it needs. Strokes are parted by ";", and one that begins
# with "~" is a curve through its points instead of straight lines between them.
SKELETONS = {
    "A": "0,10 4,0 8,10; 1.5,6.6 6.5,6.6",
    "C": "~7,2 5.2,.2 2.8,.2 .8,2.2 .2,5 .8,7.8 2.8,9.8 5.2,9.8 7,8",
    "E": "6,0 0,0 0,10 6,10; 0,4.9 5,4.9",
    "P": "0,10 0,0; ~0,0 3.8,.1 6.2,1.4 6.2,4.2 3.8,5.5 0,5.5",
    "S": "~6.4,1.6 4.8,.2 2.2,.2 .5,1.6 .7,3.6 3.4,4.9 6.2,6.2 6.6,8.2 4.8,9.8 2,9.8 .2,8.2",
    "T": "0,0 7.6,0; 3.8,0 3.8,10",
    "U": "~0,0 0,6 .6,8.8 3.2,10 5.8,8.8 6.4,6 6.4,0",
    "W": "0,0 2,10 4.4,2 6.8,10 8.8,0",
    "X": "0,0 7,10; 7,0 0,10",
}
WIDTHS = {letter: max(float(x) for x in re.findall(r"([\d.]+),", strokes)) for letter, strokes in SKELETONS.items()}


def draw(challenge: str, dice: Random) -> bytes:
    """A PNG of the challenge, SIZE pixels; the same dice give the same picture."""
    image = Image.new("L", (WIDTH, HEIGHT), EMPTY)
    pen = Pen(image, bend=_bend(dice))
    _scribble(pen, dice, FULL, lines=1, thick=(4, 6))
    for letter, place, scale in _places(challenge, dice):
        _letter(pen, dice, letter, place, scale)
    _scribble(pen, dice, EMPTY, lines=2, thick=(4, 6))
    return _png(ImageChops.difference(image, _night(dice)).resize(SIZE, Image.Resampling.BOX))


class Pen:
    """A round nib on an image, whose every point is bent before it is set down."""

    def __init__(self, image: Image.Image, bend: Callable[[Point], Point]) -> None:
        self.disc = ImageDraw.Draw(image).ellipse
        self.bend = bend

    def follow(self, line: Iterable[Point], thick: Callable[[float], float], tone: int) -> None:
        """Draw along the line; `thick` says the nib's diameter, given how far along, from 0 to 1."""
        points = list(line)
        for number, point in enumerate(points):
            x, y = self.bend(point)
            radius = thick(number / len(points)) / 2
            self.disc((x - radius, y - radius, x + radius, y + radius), fill=tone)


def _places(challenge: str, dice: Random) -> Iterator[tuple[str, float, float]]:
    """Each letter with the middle of its place and its scale (pixels for one step of the grid).

    Sizes differ, and the room they leave is dealt out at random before, between and behind them: no letter has a place of
    its own where a program would find it in every picture.
    """
    scales = [dice.uniform(*SCALES) for _letter in challenge]
    widths = [WIDTHS[letter] * scale + PEN + NEAREST for letter, scale in zip(challenge, scales, strict=True)]
    room = WIDTH - 2 * MARGIN
    fit, left = min(1.0, room / sum(widths)), max(0.0, room - sum(widths))
    shares = [dice.gammavariate(0.5, 1) for _gap in range(len(widths) + 1)]
    x = float(MARGIN)
    for letter, scale, width, share in zip(challenge, scales, widths, shares, strict=False):
        x += left * share / sum(shares)
        yield letter, x + fit * width / 2, fit * scale
        x += fit * width


def _letter(pen: Pen, dice: Random, letter: str, place: float, scale: float) -> None:
    put = _placement(dice, letter, place, scale)
    width, swell, phase = scale * dice.uniform(1.35, 1.7), dice.uniform(0.05, 0.2), dice.uniform(0, 2 * pi)
    for stroke in SKELETONS[letter].split(";"):
        line = [put(point) for point in _outline(stroke, dice)]
        pen.follow(_dense(line), lambda along: width * (1 + swell * sin(phase + 5 * along)), FULL)


def _placement(dice: Random, letter: str, place: float, scale: float) -> Callable[[Point], Point]:
    """Where a point of the grid goes: turned, slanted, stretched, and set somewhere near the letter's place."""
    turn, slant = radians(dice.uniform(-14, 14)), dice.uniform(-0.15, 0.15)
    high = min(scale * dice.uniform(1.0, 1.25), TALLEST / 10)
    free = HEIGHT / 2 - 5 * high - UPRIGHT
    middle_y = HEIGHT / 2 + dice.uniform(-free, free)

    def put(point: Point) -> Point:
        x, y = (point[0] - WIDTHS[letter] / 2) * scale, (point[1] - 5) * high
        x -= slant * y
        return place + x * cos(turn) - y * sin(turn), middle_y + x * sin(turn) + y * cos(turn)

    return put


def _outline(stroke: str, dice: Random) -> Line:
    """The stroke's points on the grid, each set down a little beside where it belongs."""
    pairs = (point.split(",") for point in stroke.strip(" ~").split())
    points = [(float(x) + dice.uniform(-0.3, 0.3), float(y) + dice.uniform(-0.3, 0.3)) for x, y in pairs]
    return list(_curve(points)) if "~" in stroke else points


def _curve(points: Line, steps: int = 6) -> Iterator[Point]:
    """A Catmull-Rom spline: smooth, and through every point."""
    padded = [points[0], *points, points[-1]]
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for t in (step / steps for step in range(steps)):
            yield _between(a, b, c, d, t)
    yield points[-1]


def _between(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    def axis(i: int) -> float:
        return b[i] + t / 2 * (
            c[i] - a[i] + t * (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i] + t * (3 * (b[i] - c[i]) + d[i] - a[i]))
        )

    return axis(0), axis(1)


def _dense(line: Line, step: float = 4) -> Iterator[Point]:
    """Points along the line, `step` pixels apart: as near as the nib needs to leave no gaps."""
    for (x, y), (to_x, to_y) in pairwise(line):
        parts = max(1, int(max(abs(to_x - x), abs(to_y - y)) / step))
        for part in range(parts):
            yield x + (to_x - x) * part / parts, y + (to_y - y) * part / parts
    yield line[-1]


def _bend(dice: Random) -> Callable[[Point], Point]:
    """A slow wave through the whole picture, in both directions."""
    (a, b), (c, d) = ((dice.uniform(4, 8), dice.uniform(0, 2 * pi)) for _i in range(2))
    upright, level = 2 * pi / dice.uniform(170, 280), 2 * pi / dice.uniform(220, 420)

    def bend(point: Point) -> Point:
        x, y = point
        return x + a * sin(y * upright + b), y + c * sin(x * level + d)

    return bend


def _scribble(pen: Pen, dice: Random, tone: int, lines: int, thick: tuple[float, float]) -> None:
    """Curves from edge to edge: in ink they join what is apart, in paper they part what is joined."""
    for _i in range(lines):
        heights = [dice.uniform(0.08, 0.92) * HEIGHT for _j in range(5)]
        ends = [(number / 4 * WIDTH, height) for number, height in enumerate(heights)]
        width = dice.uniform(*thick)
        pen.follow(_dense(list(_curve(ends, steps=6)), step=3), lambda _along, w=width: w, tone)  # type: ignore[misc]


def _night(dice: Random) -> Image.Image:
    """A mask of a wave and some moons across the letters, within which paper and ink change places: eyes follow the letter
    through them, while every filter that mends letters on one side breaks them on the other.
    """
    mask = Image.new("L", (WIDTH, HEIGHT), 0)
    heights = [dice.uniform(0.25, 0.75) * HEIGHT for _i in range(6)]
    shore = list(_curve([(number / 5 * WIDTH, height) for number, height in enumerate(heights)], steps=12))
    below = 0 if dice.random() < 0.5 else HEIGHT
    ImageDraw.Draw(mask).polygon([(0, below), *shore, (WIDTH, below)], fill=255)
    for number in range(MOONS):
        mask = ImageChops.difference(mask, _moon(dice, (number + dice.uniform(0.2, 0.8)) / MOONS * WIDTH))
    return mask


def _moon(dice: Random, x: float) -> Image.Image:
    image = Image.new("L", (WIDTH, HEIGHT), 0)
    y, radius = dice.uniform(0.1, 0.9) * HEIGHT, dice.uniform(55, 105)
    ImageDraw.Draw(image).ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return image


def _png(image: Image.Image) -> bytes:
    """The grey picture as a palette from ink to paper: a calm card on a light page as on a dark one, in a few kB."""
    small = image.point([tone * (TONES - 1) // 255 for tone in range(256)])
    small = small.convert("P") if small.mode != "P" else small
    shades = [
        round(ink + (paper - ink) * level / (TONES - 1))
        for level in range(TONES)
        for ink, paper in zip(INK, PAPER, strict=True)
    ]
    small.putpalette(shades)
    file = BytesIO()
    small.save(file, "PNG", bits=4)
    return file.getvalue()
