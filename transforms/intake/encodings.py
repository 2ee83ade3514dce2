"""Text in another encoding becomes UTF-8, in a scratch copy; what cannot be told for sure is left to be refused."""

import codecs
import unicodedata
from pathlib import Path

from transforms.errors import refused
from transforms.intake.headers import needed_columns
from transforms.labels import word_key
from transforms.profiles import Profile

_LOOKED_AT = 1 << 18
_CHUNK = 1 << 22
_BYTE_ORDER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def as_utf8(path: Path, name: str, profile: Profile, scratch: Path) -> tuple[Path, str]:
    """The file itself where it is UTF-8, else a copy that is, and the encoding it was in.

    Letters are not composed here: windows-1258 writes tones apart, as any text may, and all of it is composed later.
    """
    encoding = profile.format.encoding
    if encoding == "auto":
        encoding = _encoding(path, name, profile)
    if encoding == "utf-8":
        return path, encoding
    copy = scratch / f"utf8-{path.name}"
    try:
        with path.open(encoding=encoding, newline="") as coded, copy.open("w", encoding="utf-8", newline="") as plain:
            while chunk := coded.read(_CHUNK):
                plain.write(chunk)
    except UnicodeError as error:
        raise refused(
            name,
            f"không phải {encoding} từ đầu đến cuối; có thể bị cắt giữa chừng. Hãy kết xuất lại, hoặc lưu dưới dạng «CSV UTF-8»",
            f"it is not {encoding} throughout; it may be cut short. Export it again, or save it as “CSV UTF-8”",
        ) from error
    return copy, encoding


def _encoding(path: Path, name: str, profile: Profile) -> str:
    """What the file's first bytes say. What is not sure is taken for UTF-8, whose reader names the line that is not."""
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if start.startswith(_BYTE_ORDER_MARKS):
        return "utf-16"
    if start.count(0) * 4 > len(start):
        raise refused(
            name,
            "có vẻ là UTF-16 nhưng thiếu dấu thứ tự byte (BOM) ở đầu. Hãy lưu lại dưới dạng «CSV UTF-8»",
            "it looks like UTF-16 without its byte order mark. Save it as “CSV UTF-8”",
        )
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "windows-1258" if _is_surely_windows_1258(start, profile) else "utf-8"
    return "utf-8"


def _is_surely_windows_1258(start: bytes, profile: Profile) -> bool:
    """Whether every needed header is there with its accents, and no tone is left without its letter."""
    try:
        text = unicodedata.normalize("NFC", start.decode("windows-1258"))
    except UnicodeDecodeError:
        return False
    said = word_key(text)
    headers = [s for spellings in needed_columns(profile).values() for s in spellings if word_key(s) in said]
    has_all = all(any(s in headers for s in spellings) for spellings in needed_columns(profile).values())
    return has_all and not "".join(headers).isascii() and not any(map(unicodedata.combining, text))
