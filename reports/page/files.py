"""The names of the page's files, which outlive a release: a link to a unit's page opens the same unit tomorrow."""

import re
from hashlib import sha256

from transforms.labels import header_key

_PLAIN = re.compile(r"[A-Z0-9][A-Z0-9.]{0,38}[A-Z0-9]")
_LONGEST = 40


def file_stem(code: str) -> str:
    """A name for the files of a unit: its code, or, where that is no safe file name everywhere, its letters and a fingerprint."""
    if _PLAIN.fullmatch(code):
        return code
    letters = header_key(code).replace(" ", "-")[:_LONGEST].strip("-")
    return f"{letters or 'unit'}-{sha256(code.encode()).hexdigest()[:8]}"
