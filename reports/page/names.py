"""What becomes of names from outside: file names that outlive a release, and text that turns nothing around."""

import re
from hashlib import sha256

from transforms.labels import header_key

_PLAIN = re.compile(r"[A-Z0-9][A-Z0-9.]{0,38}[A-Z0-9]")
_LONGEST = 40
_DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def file_stem(code: str) -> str:
    """A name for the files of a unit, so that a link opens the same unit tomorrow.

    It is the unit's code or, where that is no safe file name everywhere, its letters and a fingerprint.
    """
    if _PLAIN.fullmatch(code):
        return code
    letters = header_key(code).replace(" ", "-")[:_LONGEST].strip("-")
    return f"{letters or 'unit'}-{sha256(code.encode()).hexdigest()[:8]}"


def without_direction(text: str) -> str:
    """A name without its marks of direction, for titles and sentences, where it cannot be set apart as an element of its own."""
    return _DIRECTION_MARKS.sub("", text)
