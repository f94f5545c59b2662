"""The captcha spoken: five recorded letters with uneven gaps, speed and loudness over a murmur. No speech program needed."""

import wave
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random

VOICES = Path(__file__).parent / "voices"
RATE = 11_025  # samples a second: mono, 8 bit, unsigned, so that silence is 128
SILENCE = 128
GAPS = (0.35, 0.75)  # seconds: time enough to find the key on the keyboard
SPEEDS = (0.92, 1.1)
LOUDNESSES = (0.62, 0.8)
MURMUR = 0.16
# A voice, the murmur and the hiss together may leave what a byte holds; subscript -256…511 of this stays inside.
CLIPPED = bytes([*range(256), *[255] * 256, *[0] * 256])


def speak(challenge: str, dice: Random, language: str) -> bytes:
    """A WAV file of the challenge, letter by letter, in the language if there are recordings of it, else in English."""
    clips = recordings(language)
    voice = _voice(challenge, dice, clips)
    murmur = _murmur(len(voice), dice, clips)
    hiss = dice.randbytes(len(voice))
    mixed = bytes([CLIPPED[v + m + (h >> 4) - 136] for v, m, h in zip(voice, murmur, hiss, strict=True)])
    return _wav(mixed)


def recordings(language: str) -> dict[str, bytes]:
    """Samples per letter, of the language ("pt-br", else "pt") or of English."""
    candidates = (language, language.split("-")[0])
    available = _languages()
    return _recordings(next((name for name in candidates if name in available), "en"))


@cache
def _languages() -> frozenset[str]:
    return frozenset(folder.name for folder in VOICES.iterdir() if (folder / "A.wav").exists())


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
        clip = _at_speed(clips[letter], dice.uniform(*SPEEDS))
        pieces += [clip.translate(_louder(dice.uniform(*LOUDNESSES))), _gap(dice)]
    return b"".join(pieces)


def _murmur(length: int, dice: Random, clips: dict[str, bytes]) -> bytes:
    """Other letters backwards and quietly: a program that looks for the recordings finds their like everywhere."""
    pieces: list[bytes] = []
    while sum(map(len, pieces)) < length:
        pieces.append(_at_speed(clips[dice.choice(sorted(clips))][::-1], dice.uniform(*SPEEDS)))
    return b"".join(pieces)[:length].translate(_louder(MURMUR))


def _gap(dice: Random) -> bytes:
    return bytes([SILENCE]) * round(RATE * dice.uniform(*GAPS))


def _at_speed(clip: bytes, speed: float) -> bytes:
    return bytes([clip[int(index * speed)] for index in range(int(len(clip) / speed))])


def _louder(factor: float) -> bytes:
    """A table for bytes.translate that moves every sample away from silence, or towards it, by the factor."""
    return bytes(max(0, min(255, round(SILENCE + (sample - SILENCE) * factor))) for sample in range(256))


def _wav(samples: bytes) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 1, RATE, 0, "NONE", ""))
        sound.writeframes(samples)
    return file.getvalue()
