"""Words of a text and pairs of neighbouring words, as hashes: what two texts that say the same have in common."""

import re
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

from django.utils.crypto import salted_hmac

LOW_64 = (1 << 64) - 1
WORD = re.compile(r"[^\W\d_]+")
# Chinese, Japanese and Thai put no spaces: there, two letters are a word.
UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")


def words_of(text: str) -> Iterator[str]:
    for word in WORD.findall(re.sub(r"\d", "", text).casefold()):
        if UNSPACED.search(word):
            yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
        else:
            yield word


@lru_cache(maxsize=20_000)
def hash_of(word: str) -> int:
    """64 bits, keyed: who has only the database cannot look up which words a sketch stands for."""
    return int.from_bytes(blake2b(word.encode(), digest_size=8, key=_key()).digest())


@lru_cache(maxsize=1)
def _key() -> bytes:
    return salted_hmac("edge.word_pairs", "", algorithm="sha256").digest()


def pair(one: int, other: int) -> int:
    return ((one * 0x9E3779B97F4A7C15 + other * 0xC2B2AE3D27D4EB4F) & LOW_64) >> 32
