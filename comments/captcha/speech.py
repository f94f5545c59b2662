"""The captcha spoken: recorded letters, each at a speed, pitch and timbre of its own, over a murmur.

No speech program is needed.
"""

import wave
from functools import cache
from io import BytesIO
from math import pi, sin
from pathlib import Path
from random import Random

VOICES = Path(__file__).parent / "voices"
RATE = 11_025  # samples a second: mono, 8 bit, unsigned, so that silence is 128
SILENCE = 128
GAPS = (0.35, 0.75)  # seconds: time enough to find the key on the keyboard
PITCHES = (0.85, 1.18)
TEMPOS = (0.9, 1.1)  # beside what the pitch does to the speed
DRIFT = 0.07  # by how much either wanders within a letter
# An echo far too short to be heard as one: it colours a voice.
ECHO = (6, 30)  # samples
ECHOES = (-0.5, 0.5)  # its strength
GRAIN = 360  # samples that are laid over each other by half: long enough for a low voice, too short for an echo
LOUDNESSES = (0.55, 0.75)
MURMURS = (0.1, 0.2)
HISSES = (4, 12)  # of 128
# A voice, the murmur and the hiss together may leave what a byte holds; subscript -256…511 of this stays inside.
CLIPPED = bytes([*range(256), *[255] * 256, *[0] * 256])


def speak(challenge: str, dice: Random, language: str) -> bytes:
    """A WAV file of the challenge, letter by letter, in the language if there are recordings of it, else in English."""
    clips = recordings(language)
    voice = _voice(challenge, dice, clips)
    murmur = _murmur(len(voice), dice, clips)
    hiss = dice.randbytes(len(voice)).translate(_louder(dice.uniform(*HISSES) / 128))
    mixed = bytes([CLIPPED[v + m + h - 2 * SILENCE] for v, m, h in zip(voice, murmur, hiss, strict=True)])
    return _wav(mixed)


def recordings(language: str) -> dict[str, bytes]:
    """Samples per letter, of the language ("pt-br", else "pt") or of English."""
    recorded = (name for name in (language, language.split("-")[0]) if (VOICES / name / "A.wav").exists())
    return _recordings(next(recorded, "en"))


@cache
def _recordings(language: str) -> dict[str, bytes]:
    return {path.stem: _samples(path) for path in sorted((VOICES / language).glob("*.wav"))}


def _samples(path: Path) -> bytes:
    with wave.open(str(path)) as clip:
        if (clip.getnchannels(), clip.getsampwidth(), clip.getframerate()) != (1, 1, RATE):
            raise ValueError(f"{path} is not mono, 8 bit, {RATE} Hz.")
        return clip.readframes(clip.getnframes())


def _voice(challenge: str, dice: Random, clips: dict[str, bytes]) -> bytes:
    pieces = [_gap(dice)]
    for letter in challenge:
        pieces += [_spoken(clips[letter], dice).translate(_louder(dice.uniform(*LOUDNESSES))), _gap(dice)]
    return b"".join(pieces)


def _murmur(length: int, dice: Random, clips: dict[str, bytes]) -> bytes:
    """Other letters backwards and quietly: a program that looks for the recordings finds their like everywhere."""
    pieces: list[bytes] = []
    while sum(map(len, pieces)) < length:
        clip = _spoken(clips[dice.choice(sorted(clips))][::-1], dice)
        pieces.append(clip.translate(_louder(dice.uniform(*MURMURS))))
    return b"".join(pieces)[:length]


def _spoken(clip: bytes, dice: Random) -> bytes:
    """The recording as somebody else might say it, a little other each time: higher or lower, quicker or slower, and
    neither the same from beginning to end. Short grains of it, read at one speed, are laid down at another.
    """
    pitch, tempo = dice.uniform(*PITCHES), dice.uniform(*TEMPOS)
    wander, phase = dice.uniform(-DRIFT, DRIFT), dice.uniform(0, 2 * pi)
    reach, half = int(GRAIN * pitch * (1 + DRIFT)) + 1, GRAIN // 2
    rising = [step / half for step in range(half)]
    said, before, start = bytearray(), [SILENCE] * half, 0.0
    while start + reach < len(clip):
        drift = 1 + wander * sin(phase + 6 * start / len(clip))
        grain = [clip[int(start + step * pitch * drift)] for step in range(GRAIN)]
        said += bytes([int(old + (new - old) * share) for old, new, share in zip(before, grain, rising, strict=False)])
        before = grain[half:]
        start += half * pitch * tempo * (2 - drift)
    return _coloured(bytes(said), dice.randint(*ECHO), dice.uniform(*ECHOES))


def _coloured(clip: bytes, echo: int, strength: float) -> bytes:
    added = clip.translate(_louder(strength))
    return bytes([CLIPPED[now + then - SILENCE] for now, then in zip(clip[echo:], added, strict=False)])


def _gap(dice: Random) -> bytes:
    return bytes([SILENCE]) * round(RATE * dice.uniform(*GAPS))


def _louder(factor: float) -> bytes:
    """A table for bytes.translate that moves every sample away from silence, or towards it, by the factor."""
    return bytes(max(0, min(255, round(SILENCE + (sample - SILENCE) * factor))) for sample in range(256))


def _wav(samples: bytes) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 1, RATE, 0, "NONE", ""))
        sound.writeframes(samples)
    return file.getvalue()
