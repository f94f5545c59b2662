"""Speak every letter of the captcha's alphabet into a small WAV file. See README.md; the site never runs this.

python comments/captcha/voices/make_recordings.py en
"""

import json
import subprocess
import sys
import tempfile
import wave
from array import array
from pathlib import Path

HERE = Path(__file__).parent
RATE = 11_025  # half of what espeak-ng makes; enough for f and s, and a third of the size of a good recording
WORDS_A_MINUTE = 165
SILENCE = 500  # of 32768: quieter than this at either end is cut off
ROOM = RATE // 50  # what stays of the silence, so that no consonant is clipped


def spoken(text: str, voice: str) -> array:
    """16-bit samples at twice RATE."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        command = ["espeak-ng", "-v", voice, "-s", str(WORDS_A_MINUTE), "-g", "2", "-w", file.name, text]
        subprocess.run(command, check=True)  # noqa: S603 (our own words, no shell)
        with wave.open(file.name) as source:
            if (source.getframerate(), source.getsampwidth(), source.getnchannels()) != (2 * RATE, 2, 1):
                raise SystemExit("espeak-ng no longer makes 22050 Hz, 16 bit, mono.")
            return array("h", source.readframes(source.getnframes()))


def halved(samples: array) -> list[float]:
    """Every second sample of a low-passed copy: without the low pass, s and x would whistle."""
    weights = (-0.03, 0.0, 0.28, 0.5, 0.28, 0.0, -0.03)
    return [
        sum(weight * samples[middle + offset - 3] for offset, weight in enumerate(weights))
        for middle in range(3, len(samples) - 3, 2)
    ]


def trimmed(samples: list[float]) -> list[float]:
    loud = [index for index, sample in enumerate(samples) if abs(sample) > SILENCE]
    return samples[max(0, loud[0] - ROOM) : loud[-1] + ROOM]


def as_bytes(samples: list[float]) -> bytes:
    """8 bit, unsigned, as loud as fits."""
    peak = max(abs(sample) for sample in samples)
    return bytes(round(128 + 126 * sample / peak) for sample in samples)


def record(language: str) -> None:
    plan = json.loads((HERE / "words.json").read_text(encoding="utf-8"))[language]
    folder = HERE / language
    folder.mkdir(exist_ok=True)
    for letter, word in plan["letters"].items():
        text = plan["say"].format(letter=letter, word=word)
        with wave.open(str(folder / f"{letter}.wav"), "wb") as clip:
            clip.setparams((1, 1, RATE, 0, "NONE", ""))
            clip.writeframes(as_bytes(trimmed(halved(spoken(text, plan["voice"])))))


if __name__ == "__main__":
    for chosen in sys.argv[1:]:
        record(chosen)
