"""Can a program read our captcha's picture, and what does drawing it cost? Measured beside django-simple-captcha's own.

Two attacks. The *seed* attack reads nothing: it knows the source and what the page shows, works out how the dice fell and
compares. *Tesseract* reads, after the picture was cleaned in several ways, some made for this very picture.
"""

import os
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from hashlib import sha256
from hmac import digest
from io import BytesIO
from pathlib import Path
from random import Random
from types import SimpleNamespace

from captcha import views as stock
from captcha.conf import settings as stock_settings
from PIL import Image, ImageChops, ImageFilter, ImageFont, ImageOps, ImageStat

from benchmarks import Figure
from benchmarks._plan import TESSERACT
from comments.captcha.challenge import ALPHABET, READ_AS, answer_for, as_read, dice_for, new_key
from comments.captcha.picture import draw

PICTURES = 100
# What is accepted for one of ours may be read as well.
READABLE = ALPHABET + "".join(map(chr, READ_AS))
SEEDED = 40  # pictures for the attack on the seed
STOCK_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BEAM = 40
Picture = tuple[str, Image.Image]


def run() -> Iterable[Figure]:
    yield from seed_attack()
    yield from tesseract_attack()
    yield from drawing_time()


# --- Pictures ----------------------------------------------------------------------------------------------------


def stock_picture(challenge: str, key: str, scale: int = 1) -> Image.Image:
    """As django-simple-captcha's view draws it: the shared dice, seeded with the key that stands in the form."""
    random.seed(key)
    try:
        response = stock._captcha_image(SimpleNamespace(challenge=challenge), scale)
    finally:
        random.seed()
    return Image.open(BytesIO(response.content)).convert("L")


def stock_pictures(number: int, scale: int) -> Iterable[tuple[str, str, Image.Image]]:
    dice = Random("stock")
    for _i in range(number):
        key, challenge = dice.randbytes(20).hex(), "".join(dice.choices(STOCK_ALPHABET, k=4))
        yield key, challenge, stock_picture(challenge, key, scale)


def our_pictures(number: int) -> Iterable[Picture]:
    """The same pictures in every run, so that the figure changes only when the drawing does."""
    dice = Random("ours")
    for number_of_picture in range(number):
        challenge = "".join(dice.choices(ALPHABET, k=5))
        yield challenge, Image.open(BytesIO(draw(challenge, Random(f"picture {number_of_picture}")))).convert("L")


# --- The seed attack ---------------------------------------------------------------------------------------------


def seed_attack() -> Iterable[Figure]:
    solved = sum(solve_stock(picture, key) == challenge for key, challenge, picture in stock_pictures(SEEDED, scale=1))
    redrawn = {"public": 0, "secret": 0}
    for _i in range(SEEDED):
        key = new_key()
        answer = answer_for(key) or ""
        picture = draw(answer, dice_for(key, "picture"))
        redrawn["public"] += any(draw(answer, dice) == picture for dice in guessed_dice(key))
        redrawn["secret"] += draw(answer, dice_for(key, "picture")) == picture
    share, stock_share = (100 * count / SEEDED for count in (redrawn["public"], solved))
    yield Figure("solved by the seed attack", share, "%", exactly=0, of=SEEDED)
    yield Figure("of simple-captcha's (control)", stock_share, "%", at_least=80)
    control = 100 * redrawn["secret"] / SEEDED
    yield Figure("the same, knowing SECRET_KEY (control)", control, "%", exactly=100)


def guessed_dice(key: str) -> list[Random]:
    """What an attacker can throw who has our source and the page, but not SECRET_KEY.

    He is even told the right answer: if none of these draws the same picture then, trying answers cannot help him.
    """
    raw = key.encode()
    salt = b"comments.captcha.picture"
    derived = [
        sha256(salt + secret).digest() for secret in (b"", b"benchmark", b"django-insecure", b"secret", b"changeme")
    ]
    seeds = [raw, key, sha256(raw).digest(), sha256(raw).hexdigest(), salt + raw, int.from_bytes(raw)]
    return [Random(seed) for seed in [*seeds, *(digest(secret, raw, "sha256") for secret in derived)]]


def solve_stock(picture: Image.Image, key: str) -> str:
    """Four letters whose turned shapes, at the angles that the key gives away, fit the picture best."""
    dice = Random(key)
    beam = [(0.0, 2, "")]
    for _place in range(4):
        angle = dice.randrange(*stock_settings.CAPTCHA_LETTER_ROTATION)
        glyphs = {letter: stock_glyph(letter, angle) for letter in STOCK_ALPHABET}
        tried = [extended(picture, part, letter, glyph) for part in beam for letter, glyph in glyphs.items()]
        beam = sorted(tried, key=lambda part: part[0] / part[1])[:BEAM]
    # The file ends right behind the last letter: its width rules out most strings.
    fitting = [part for part in beam if part[1] + 1 == picture.width] or beam
    return min(fitting)[2]


def stock_glyph(letter: str, angle: int) -> Image.Image:
    font = ImageFont.truetype(stock_settings.CAPTCHA_FONT_PATH, stock_settings.CAPTCHA_FONT_SIZE)
    image = Image.new("L", stock.getsize(font, f" {letter} "), 0)
    stock.ImageDraw.Draw(image).text((0, 0), f" {letter} ", font=font, fill=255)
    image = image.rotate(angle, expand=0, resample=Image.Resampling.BICUBIC)
    return ImageOps.invert(image.crop(image.getbbox()))


def extended(
    picture: Image.Image, part: tuple[float, int, str], letter: str, glyph: Image.Image
) -> tuple[float, int, str]:
    cost, x, text = part
    column = Image.new("L", (glyph.width + 2, picture.height), 255)
    column.paste(glyph, (0, stock.DISTANCE_FROM_TOP))
    seen = picture.crop((x, 0, x + column.width, picture.height))
    return cost + ImageStat.Stat(ImageChops.difference(seen, column)).sum[0], x + column.width, text + letter


# --- Tesseract ---------------------------------------------------------------------------------------------------


def closed_and_opened(image: Image.Image) -> Image.Image:
    """Fills what is hollow, then wipes out what is thin."""
    return image.filter(ImageFilter.MinFilter(7)).filter(ImageFilter.MaxFilter(11)).filter(ImageFilter.MinFilter(5))


def mended(image: Image.Image) -> Image.Image:
    closed = image.filter(ImageFilter.MinFilter(9)).filter(ImageFilter.MaxFilter(9))
    return closed.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.MinFilter(5))


def one_ground(image: Image.Image) -> Image.Image:
    """Guesses which side of the wave a place lies on by what most of its surroundings are, and turns the dark side over."""
    small = image.resize((image.width // 2, image.height // 2)).filter(ImageFilter.MedianFilter(27))
    side = small.resize(image.size).point(lambda tone: 255 if tone > 128 else 0)
    return ImageOps.invert(ImageChops.difference(image, side))


def one_ground_by_blur(image: Image.Image) -> Image.Image:
    side = image.filter(ImageFilter.GaussianBlur(26)).point(lambda tone: 255 if tone > 135 else 0)
    return ImageOps.invert(ImageChops.difference(image, side))


CLEANINGS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as it is": lambda image: image,
    "half the size": lambda image: image.resize((image.width // 2, image.height // 2)),
    "closed and opened": closed_and_opened,
    "one ground": one_ground,
    "one ground, closed and opened": lambda image: closed_and_opened(one_ground(image)),
    "one ground by blur, closed and opened": lambda image: closed_and_opened(one_ground_by_blur(image)),
    "one ground, mended": lambda image: mended(one_ground(image)),
}


def tesseract_attack() -> Iterable[Figure]:
    name = f"read by tesseract, any of {len(CLEANINGS)} cleanings"
    if not TESSERACT.is_there:
        yield TESSERACT.not_measured(name)
        return
    ours = list(our_pictures(PICTURES))
    stock_ones = [(challenge, image) for _key, challenge, image in stock_pictures(PICTURES, scale=2)]
    peer = len(read_by_tesseract(stock_ones, CLEANINGS["as it is"], STOCK_ALPHABET))
    solved = set().union(*(read_by_tesseract(ours, clean, READABLE) for clean in CLEANINGS.values()))
    yield Figure(name, len(solved), of=PICTURES, at_most=1)
    yield Figure("of simple-captcha's as they are (control)", peer, of=PICTURES, at_least=10)


def read_by_tesseract(pictures: list[Picture], clean: Callable[[Image.Image], Image.Image], letters: str) -> set[int]:
    """The numbers of the pictures read right, all letters of them."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.png") for number in range(len(pictures))]
        for path, (_challenge, image) in zip(paths, pictures, strict=True):
            clean(image).save(path)
        listed = Path(folder, "list.txt")
        listed.write_text("".join(f"{path}\n" for path in paths))
        command = [
            "tesseract",
            str(listed),
            "-",
            "--psm",
            "8",
            "-c",
            f"tessedit_char_whitelist={letters}",
            "-c",
            "page_separator=\f",
        ]
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        pages = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout.split("\f")
    readings = ["".join(page.split()) for page in pages]
    return {
        number
        for number, (challenge, _image) in enumerate(pictures)
        if challenge in (readings[number], as_read(readings[number]))
    }


# --- Time --------------------------------------------------------------------------------------------------------


def drawing_time() -> Iterable[Figure]:
    key = new_key()
    ours = fastest(lambda: draw(answer_for(key) or "", dice_for(key, "picture")))
    peer = fastest(lambda: stock_picture("KMRA", "some key", scale=2))
    yield Figure("drawing one picture, CPU", ours, "ms", against="simple-captcha, half as wide", other=peer, at_most=20)


def fastest(work: Callable[[], object], times: int = 15) -> float:
    """Milliseconds of processor time, the lowest of several: other work on the machine only ever adds."""
    figures = []
    for _i in range(times):
        start = time.process_time()
        work()
        figures.append(1000 * (time.process_time() - start))
    return min(figures)
