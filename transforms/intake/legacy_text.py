"""Vietnamese text in the fonts from before Unicode, TCVN3 (ABC, ``.VnTime``) and VNI: detected by its words, decoded by a table.

Such a text reaches us as its bytes were, each as the code point of that number: ``ViÖt`` (TCVN3), ``Vieät`` (VNI). It is decoded
before anything is taken out of it or normalised: a soft hyphen is the ``ư`` of TCVN3. Letter case is what the bytes say: TCVN3 has
no capitals with tones, and that ``.VnTimeH`` drew a text in capitals only the font knew; words are compared without case anyhow.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from transforms.labels import TONES, tones_last

UNICODE, TCVN3, VNI, UNSURE = "unicode", "tcvn3", "vni", "unsure"
_LEGACY = (TCVN3, VNI)

_ENOUGH_WORDS = 2
"""Different words that must read as Vietnamese: a short column («B¶o Th¾ng») may have no more, one («µm») may be chance."""

_RIVAL_SHARE = 0.1
"""A second legacy encoding has at least this share of the words of the first: abbreviations («LÑ») of one read in the other."""

_MOST_CELLS = 0.95
"""In a mixed book a cell that may be read either way goes with the others only where this share of them is of one encoding."""

_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT = TONES
_CIRCUMFLEX, _BREVE = "\u0302\u0306"

# The letters of the bytes A1 to FE. Source: TCVN 5712:1993 as glibc has it (TCVN5712-1), less what its set VN3 leaves out:
# in place of combining marks and of capitals with tones the fonts have signs (m², °).
_TCVN3_LETTERS = "ĂÂÊÔƠƯĐăâêôơưđ      àảãáạ ằẳẵắ       ặầẩẫấậè ẻẽéẹềểễếệìỉ   ĩíịò ỏõóọồổỗốộờởỡớợù ủũúụừửữứựỳỷỹýỵ"

# VNI for Windows writes a vowel and then one letter for all its marks; a few letters stand alone.
# Source: the 134 letters that the keyboard driver xvnkb lists (vni.h); this is the rule behind them.
_VNI_MARKS = {
    **dict(zip("øùõûï", TONES, strict=True)),
    **{mark: _CIRCUMFLEX + tone for mark, tone in zip("âàáãåä", ("", *TONES), strict=True)},
    **{mark: _BREVE + tone for mark, tone in zip("êèéüúë", ("", *TONES), strict=True)},
}
_VNI_ALONE = dict(zip("ñôöìíóæòîÑÔÖÌÍÓÆÒÎ", "đơưìíĩỉịỵĐƠƯÌÍĨỈỊỴ", strict=True))

# The rimes of Vietnamese without their tones; those that end in a stop take two of the tones only.
_RIMES = (
    "a|ai|ao|au|ay|am|an|ang|anh|ăm|ăn|ăng|âm|ân|âng|âu|ây|e|em|en|eng|eo|ê|êm|ên|ênh|êu|"
    "i|ia|im|in|inh|iu|iêm|iên|iêng|iêu|y|ym|yn|ynh|yêm|yên|yêng|yêu|"
    "o|oi|om|on|ong|oong|oa|oai|oan|oang|oanh|oam|oao|oay|oăm|oăn|oăng|oe|oen|oeo|ô|ôi|ôm|ôn|ông|ơ|ơi|ơm|ơn|"
    "u|ua|ui|um|un|ung|uân|uâng|uây|uê|uên|uênh|uơ|uôi|uôm|uôn|uông|uy|uya|uyên|uyn|uynh|uyu|"
    "ư|ưa|ưi|ưm|ưn|ưng|ưu|ươi|ươm|ươn|ương|ươu"
)
_STOPPED_RIMES = (
    "ac|ach|ap|at|ăc|ăp|ăt|âc|âp|ât|ec|ep|et|êch|êp|êt|ich|ip|it|iêc|iêp|iêt|yt|ych|yêt|"
    "oc|ooc|op|ot|oac|oach|oap|oat|oăc|oăt|oet|ôc|ôp|ôt|ơp|ơt|"
    "uc|up|ut|uât|uêch|uôc|uôt|uych|uyêt|uyp|uyt|ưc|ưt|ươc|ươp|ươt"
)
_ONSETS = "b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|qu|r|s|t|th|tr|v|x"
_SYLLABLE = re.compile(f"(?:{_ONSETS})?(?:(?:{_RIMES})[{TONES}]?|(?:{_STOPPED_RIMES})[{_ACUTE}{_DOT}])")

# In TCVN3 signs such as § and × are letters too.
_WORD = re.compile("[A-Za-z\u00a1-\u024f\u0300-\u036f\u1ea0-\u1ef9]+")
# What no byte can be is no legacy text.
_BEYOND_BYTES = re.compile("[ĂăĐđĨĩŨũƠơƯư\u0300-\u036f\u1ea0-\u1ef9]")


def _tcvn3_table() -> dict[str, str]:
    return {chr(place): letter for place, letter in enumerate(_TCVN3_LETTERS, start=0xA1) if letter != " "}


def _vni_table() -> dict[str, str]:
    letters = set(_TCVN3_LETTERS) | set(_TCVN3_LETTERS.upper())
    # A capital has its mark as a capital, but «Uûy» is met as well.
    marks = _VNI_MARKS | {mark.upper(): marks for mark, marks in _VNI_MARKS.items()}
    pairs = {
        vowel + mark: unicodedata.normalize("NFC", _VNI_ALONE.get(vowel, vowel) + combining)
        for vowel in "aeouyôöAEOUYÔÖ"
        for mark, combining in marks.items()
    }
    return {pair: letter for pair, letter in pairs.items() if letter in letters} | _VNI_ALONE


_TABLES = {UNICODE: {}, TCVN3: _tcvn3_table(), VNI: _vni_table()}
_PATTERNS = {e: re.compile("|".join(sorted(_TABLES[e], key=len, reverse=True))) for e in _LEGACY}


def decode(text: str, encoding: str) -> str:
    """A text of this encoding as NFC Unicode; what is no letter of the encoding stays as it is."""
    if table := _TABLES[encoding]:
        text = _PATTERNS[encoding].sub(lambda found: table[found[0]], text)
    return unicodedata.normalize("NFC", text)


@dataclass(frozen=True)
class Detected:
    """How the cells of a sheet or column are encoded, and on what evidence.

    ``encoding`` is that of most cells: unicode, tcvn3 or vni; or unsure, and then the cells must not be used. ``present`` names all
    that occur in a mixed book; ``words`` counts the different words that are Vietnamese in one encoding only, ``undecided`` the
    different cells that may be read either way.
    """

    encoding: str
    present: frozenset[str]
    words: dict[str, int]
    undecided: int

    def decode(self, text: str) -> str:
        """A cell of this sheet as NFC Unicode: read as its own words tell, or else as most cells are."""
        if text.isascii():
            return text
        if self.encoding == UNSURE:
            raise ValueError("a text of unsure encoding cannot be decoded")
        encoding = _encoding_of(text, self.present) or self.encoding
        # Even inside one legacy cell some words may have been typed in Unicode.
        decoded = _WORD.sub(lambda word: word[0] if _readings(word[0]) == {UNICODE} else decode(word[0], encoding), text)
        return unicodedata.normalize("NFC", decoded)


def detect(texts: Iterable[str]) -> Detected:
    """Detect the encoding of the cells of one sheet or column.

    A word is evidence where it is a well-formed syllable in one encoding and in no other; text in another language gives none and
    is taken as it is. Cells that have no such word follow the others, unless these are too mixed to be followed.
    """
    odd = {text for text in texts if not text.isascii()}
    readings = {word: _readings(word) for text in odd for word in _odd_words(text)}
    words = Counter(encoding for found in readings.values() if len(found) == 1 for encoding in found)
    enough = max(_ENOUGH_WORDS, _RIVAL_SHARE * max(words[e] for e in _LEGACY))
    legacy = {e for e in _LEGACY if words[e] >= enough}
    present = frozenset({UNICODE} | legacy)
    by_text = {text: _encoding_of(text, present) for text in odd}
    undecided = sum(
        found is None and any(decode(text, e) != decode(text, UNICODE) for e in legacy) for text, found in by_text.items()
    )
    decided = Counter(found for found in by_text.values() if found)
    encoding, most = decided.most_common(1)[0] if decided else (UNICODE, 0)
    if legacy:
        # Words that are Vietnamese in no encoding must not outnumber the evidence: some short Swedish words read as TCVN3.
        unread = sum(not found for found in readings.values())
        is_sure = unread <= words.total() and (not undecided or most >= _MOST_CELLS * decided.total())
    else:
        is_sure = words[UNICODE] > 0 or not words
    return Detected(encoding if is_sure else UNSURE, present, dict(words), undecided)


def _encoding_of(text: str, present: frozenset[str]) -> str | None:
    """The encoding, of those present, in which most words of this cell are Vietnamese; None where two are as good."""
    votes = Counter(e for word in _odd_words(text) if len(found := _readings(word) & present) == 1 for e in found)
    best = votes.most_common(2)
    return best[0][0] if best and (len(best) == 1 or best[0][1] > best[1][1]) else None


def _odd_words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if not word.isascii()]


@lru_cache(maxsize=1 << 16)
def _readings(word: str) -> frozenset[str]:
    """The encodings in which this word is a syllable of Vietnamese."""
    if _BEYOND_BYTES.search(word):
        return frozenset({UNICODE})
    found = {e for e in _LEGACY if _PATTERNS[e].sub("", word).isascii() and _is_syllable(decode(word, e))}
    return frozenset(found | ({UNICODE} if _is_syllable(word) else set()))


def _is_syllable(word: str) -> bool:
    # A single letter is too easily a sign («·», «µ») to tell anything.
    return len(word) > 1 and bool(_SYLLABLE.fullmatch(tones_last(word.lower())))
