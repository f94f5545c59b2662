"""The captcha's picture: letters written by an unsteady pen, bent, touching, struck through and cut.

Every line is ours, drawn from the skeletons below, so no font is needed and no two letters are ever the same shape.
What falls how is up to the dice that the caller brings; this module knows no secret and throws no dice of its own.
"""

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import pairwise
from math import cos, pi, radians, sin
from random import Random

from PIL import Image, ImageChops, ImageDraw

Point = tuple[float, float]
Line = list[Point]

WIDTH, HEIGHT = 960, 320  # the sheet that is drawn on; all lengths below are its pixels
SIZE = 576, 192  # of the file: twice what the page shows, for sharp screens, and smoothed by the shrinking
PAPER, INK = (240, 234, 222), (38, 52, 60)
ROOMY = 5  # letters of full size that find room; of more, each is smaller
TONES = 16
EMPTY, FULL = 255, 0

# A letter stands on a grid of 8 × 10, y downwards. Strokes are parted by ";", and one that begins with "~" is a curve
# through its points instead of straight lines between them.
SKELETONS = {
    "A": "0,10 4,0 8,10; 1.6,6.4 6.4,6.4",
    "B": "1,10 1,0; ~1,0 4.6,.1 6.6,1.4 6.4,3.6 4.4,4.8 1,4.8; ~1,4.8 5,4.9 7.4,6.2 7.2,8.8 5,10 1,10",
    "C": "~7.4,1.8 5.6,.2 3,.2 1,2.2 .6,5 1,7.8 3,9.8 5.6,9.8 7.4,8.2",
    "D": "1,10 1,0; ~1,0 4.4,.2 7,2.2 7.6,5 7,7.8 4.4,9.8 1,10",
    "E": "7,0 1,0 1,10 7,10; 1,4.9 6,4.9",
    "H": "1,0 1,10; 7,0 7,10; 1,5 7,5",
    "J": "~5.6,0 5.7,6 5.4,8.8 3.6,10 1.6,9.4 .8,7.4; 2.8,0 8,0",
    "K": "1,0 1,10; 7,0 1,5.6; 2.8,4.2 7.4,10",
    "L": "1,0 1,10 7,10",
    "M": "0,10 .8,0 4,6.6 7.2,0 8,10",
    "N": "1,10 1,0 7,10 7,0",
    "P": "1,10 1,0; ~1,0 4.8,.1 7.2,1.4 7.2,4.2 4.8,5.5 1,5.5",
    "S": "~7,1.6 5.4,.2 2.8,.2 1.1,1.6 1.3,3.6 4,4.9 6.8,6.2 7.2,8.2 5.4,9.8 2.6,9.8 .8,8.2",
    "T": "0,0 8,0; 4,0 4,10",
    "U": "~1,0 1,6 1.6,8.8 4,10 6.4,8.8 7,6 7,0",
    "W": "0,0 1.8,10 4,2.6 6.2,10 8,0",
    "X": ".6,0 7.4,10; 7.4,0 .6,10",
    "Y": ".4,0 4,4.8 7.6,0; 4,4.8 4,10",
}


def draw(challenge: str, dice: Random) -> bytes:
    """A PNG of the challenge, SIZE pixels; the same dice give the same picture."""
    image = Image.new("L", (WIDTH, HEIGHT), EMPTY)
    pen = Pen(image, bend=_bend(dice))
    _scribble(pen, dice, FULL, lines=1, thick=(6, 10))
    for number, letter in enumerate(challenge):
        _letter(pen, dice, letter, place=(number + 0.5) / len(challenge), size=min(1, ROOMY / len(challenge)))
    _scribble(pen, dice, EMPTY, lines=3, thick=(4, 7))
    _scribble(pen, dice, FULL, lines=1, thick=(6, 9))
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


def _letter(pen: Pen, dice: Random, letter: str, place: float, size: float) -> None:
    """One letter about `place` (0 is the left edge, 1 the right one), sometimes hollow."""
    put = _placement(dice, place, size)
    strokes = [[put(point) for point in _outline(stroke, dice)] for stroke in SKELETONS[letter].split(";")]
    width, swell, phase = size * dice.uniform(17, 24), dice.uniform(0.1, 0.25), dice.uniform(0, 2 * pi)
    hollow = dice.random() < 0.4
    for tone, share in ((FULL, 1.25), (EMPTY, 0.55)) if hollow else ((FULL, 1.0),):
        for stroke in strokes:
            pen.follow(_dense(stroke), lambda along, s=share: s * width * (1 + swell * sin(phase + 5 * along)), tone)  # type: ignore[misc]


def _placement(dice: Random, place: float, size: float) -> Callable[[Point], Point]:
    """Where a point of the grid goes: turned, slanted, stretched, and set somewhere near the letter's place."""
    turn, slant = radians(dice.choice((-1, 1)) * dice.uniform(8, 28)), dice.uniform(-0.3, 0.3)
    wide, high = size * dice.uniform(15.5, 18.5), size * dice.uniform(16.5, 20.5)
    middle_x = (0.05 + 0.9 * place) * WIDTH + dice.uniform(-14, 14)
    middle_y = HEIGHT / 2 + dice.uniform(-28, 28)

    def put(point: Point) -> Point:
        x, y = (point[0] - 4) * wide, (point[1] - 5) * high
        x -= slant * y
        return middle_x + x * cos(turn) - y * sin(turn), middle_y + x * sin(turn) + y * cos(turn)

    return put


def _outline(stroke: str, dice: Random) -> Line:
    """The stroke's points on the grid, each set down a little beside where it belongs."""
    pairs = (point.split(",") for point in stroke.strip(" ~").split())
    points = [(float(x) + dice.uniform(-0.4, 0.4), float(y) + dice.uniform(-0.4, 0.4)) for x, y in pairs]
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
    (a, b), (c, d) = ((dice.uniform(6, 12), dice.uniform(0, 2 * pi)) for _i in range(2))
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
    """A mask below a wave across the letters, where paper and ink change places: eyes follow the letter through it, while
    every filter that mends letters on one side breaks them on the other.
    """
    mask = Image.new("L", (WIDTH, HEIGHT), 0)
    heights = [dice.uniform(0.25, 0.75) * HEIGHT for _i in range(6)]
    shore = list(_curve([(number / 5 * WIDTH, height) for number, height in enumerate(heights)], steps=12))
    below = 0 if dice.random() < 0.5 else HEIGHT
    ImageDraw.Draw(mask).polygon([(0, below), *shore, (WIDTH, below)], fill=255)
    return mask


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
