"""How labels are compared: headers without accents, words with them."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_SPACES = re.compile(r"\s+")
_INVISIBLE = dict.fromkeys(map(ord, "\0\u200b\ufeff"))
_NOT_ALPHANUMERIC = re.compile(r"[^0-9a-z]+")

TONES = "\u0300\u0301\u0303\u0309\u0323"
"""The marks of the tones huyền, sắc, ngã, hỏi, nặng."""
_TONE = re.compile(f"[{TONES}]")
_DECOMPOSED_WORD = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+")


@lru_cache(maxsize=1 << 14)
def header_key(text: str) -> str:
    """A header for comparison: no case, no accents, no punctuation, single spaces."""
    # Each header of a file is compared with every spelling of every profile.
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _NOT_ALPHANUMERIC.sub(" ", plain.casefold().replace("đ", "d").replace("ð", "d")).strip()


def word_key(text: str) -> str:
    """A word or name for comparison: no case, single spaces, Ð as Đ, one place for tones (hòa, hoà).

    Accents stay, since Tân Lập is not Tân Lạp.
    """
    return nfc(tones_last(nfc(text).casefold().replace("ð", "đ")))


def tones_last(text: str) -> str:
    """A text with the tone marks of each word behind its letters: a syllable has one tone, wherever it is written."""
    return _DECOMPOSED_WORD.sub(_tones_last, unicodedata.normalize("NFD", text))


def _tones_last(word: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", _TONE.sub("", word[0])) + "".join(_TONE.findall(word[0]))


def nfc(text: str) -> str:
    """A text as it is kept: composed letters, single spaces, nothing invisible."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text.translate(_INVISIBLE))).strip()


def nearest(name: str, known: Iterable[str], how_many: int = 3) -> list[str]:
    """The known names most like this one, best first, as they are written."""
    by_key = {header_key(k): k for k in known}
    return [by_key[k] for k in difflib.get_close_matches(header_key(name), by_key, n=how_many, cutoff=0.5)]
