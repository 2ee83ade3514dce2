"""The codes of dossiers, agencies and procedures: taken apart, and put into one syntax."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from transforms.duck import quoted

AGENCY = r"[A-Z]\d{2}(?:\.\d{1,3})*|\d{3}(?:\.\d{2,3}){2}\.[A-Z]\d{2}"
"""An agency code in either syntax: H26.14.07 (most significant group first) or the older 000.14.07.H26 (last)."""
DOSSIER_CODE = rf"^(?P<agency>{AGENCY})-(?P<day>\d{{6}})-(?P<sequence>\d{{4,6}})$"
"""Agency, day of receipt, number of the day. Python and DuckDB read it alike."""
NO_CODE = (
    r"^[^0-9]*$|@"
    r"|^(\+?84|0)[ .-]?[235789]([ .-]?[0-9]){8,9}$"
    r"|^0[0-9]{11}$|^[0-9]{9}$"
)
"""What stands where a code should and is none: no digit, an e-mail address, a phone number, the number of an identity card.

Nine digits are an old identity number, or a phone number whose zero a spreadsheet dropped. Python and DuckDB read it alike.
"""
CODE_DAYS = 7
"""A code may be given some days before the receipt: a dossier handed in online waits to be looked at."""

_AGENCY = re.compile(AGENCY)
_DOSSIER_CODE = re.compile(DOSSIER_CODE)
_NO_CODE = re.compile(NO_CODE)
_NATIONAL_PROCEDURE = re.compile(r"[1-3]\.\d{6}")


@dataclass(frozen=True)
class DossierCode:
    """A dossier code taken apart: the agency as written, the day (None where there is no such day), the number of the day."""

    agency: str
    day: date | None
    sequence: int


def parse_dossier_code(code: str) -> DossierCode | None:
    """Take ``{agency}-{yyMMdd}-{number}`` apart; None for a code of another shape, as older systems give them."""
    found = _DOSSIER_CODE.match(code)
    if found is None:
        return None
    try:
        day = datetime.strptime(found["day"], "%y%m%d").date()
    except ValueError:
        day = None
    return DossierCode(found["agency"], day, int(found["sequence"]))


def normal_agency_code(raw: str, listed: Mapping[str, str]) -> tuple[str, bool] | None:
    """An agency's code in the newer syntax, and whether it was only guessed; None for what is no agency code.

    ``listed`` is the office's own table of other spellings and comes first. Turning the groups of the older syntax around
    is a guess: provinces gave their codes anew, so 000.14.07.H26 need not be H26.07.14. Groups of zeros that fill up are
    dropped, zeros inside a group stay.
    """
    if raw in listed:
        return listed[raw], False
    if not _AGENCY.fullmatch(raw):
        return None
    if raw[0].isalpha():
        return raw, False
    groups = raw.split(".")[::-1]
    while not groups[-1].strip("0"):
        groups.pop()
    return ".".join(groups), True


def national_procedure_code(raw: str) -> str | None:
    """The national part of a procedure's code (1.001612 of 1.001612.000.00.00.H48); None where it has none."""
    found = _NATIONAL_PROCEDURE.match(raw)
    return found[0] if found else None


def is_no_code(text: str, pattern: str | None) -> bool:
    """Whether a text says something that is surely no code, unless the source's own ``pattern`` of codes says otherwise."""
    return bool(text.strip() and _NO_CODE.search(text.strip()) and not (pattern and re.fullmatch(pattern, text.strip())))


def no_code_sql(text: str, pattern: str | None) -> str:
    """The same over rows; ``text`` is SQL of a trimmed text, null where there is none.

    A pattern takes five times as long as looking for a letter, and the longest phone number has 23 bytes.
    """
    is_long = f"strlen({text}) > 23 and (contains({text}, '0') or contains({text}, '1'))"
    matches = f"regexp_matches({text}, {quoted(NO_CODE)})"
    unless = f" and not regexp_full_match({text}, {quoted(pattern)})" if pattern else ""
    return f"coalesce(case when {is_long} then contains({text}, '@') else {matches} end{unless}, false)"


# The same over rows: `dossier_code` and times are columns; null where a code has another shape.
AGENCY_SQL = f"nullif(regexp_extract(dossier_code, '{DOSSIER_CODE}', 1), '')"
_DAY_SQL = f"try_strptime(regexp_extract(dossier_code, '{DOSSIER_CODE}', 2), '%y%m%d')"
_DAYS_OFF_SQL = ", ".join(f"abs(date_diff('day', {_DAY_SQL}, {column}))" for column in ("received_at", "submitted_at"))
# A code that names the day of receipt is right, and nearly all do: only the others are taken apart, which costs six times as much.
CODE_DATE_MISMATCH_SQL = f"""case
    when contains(dossier_code, strftime(received_at, '-%y%m%d-')) then false
    else regexp_matches(dossier_code, '{DOSSIER_CODE}') and coalesce(received_at, submitted_at) is not null
        and coalesce(least({_DAYS_OFF_SQL}) > {CODE_DAYS}, true)
    end"""
