"""Values that are written as a program keeps them and not as the source writes them: Excel's serial dates, 5.0, lost zeros.

A cell that the first reading does not understand stands in ``<column>_odd`` of ``text_row``. Few files have any, so that only
these pay for the longer look. What is understood here keeps its odd text, by which a rule counts it.
"""

import re

import duckdb

from transforms.codes import no_code_sql
from transforms.duck import quoted
from transforms.entities import Column
from transforms.intake.headers import EXPORT_TIME
from transforms.intake.shape import in_years
from transforms.intake.table import TextTable
from transforms.profiles import Profile

_FIRST_DAY = {1900: "1899-12-30", 1904: "1904-01-01"}
"""The day 0 of each of Excel's two date systems, of the first one as it counts from March 1900 on."""
_SERIAL = r"\d{5}([.,]\d+)?"
_SECONDS = 86_400

# What is one number wherever it was written: a decimal part of zeros that is no group of three; groups that cannot be decimals.
_G = r"-?[1-9]\d{0,2}"
_WITH_ZEROS = rf"-?\d+[.,](0{{1,2}}|0{{4,}})|-?(0\d*|\d{{4,}})[.,]0+|{_G}(\.\d{{3}})+,0+|{_G}(,\d{{3}})+\.0+|{_G}( \d{{3}})+[.,]0+"
_IN_GROUPS = rf"[-+]?\d+|{_G}(\.\d{{3}}){{2,}}|{_G}(,\d{{3}}){{2,}}|{_G}( \d{{3}})+"
# 1.234 and 1,234 are understood only where the profile says how its source writes numbers.
_GROUPS_OF = {"vi": rf"{_G}(\.\d{{3}})+", "en": rf"{_G}(,\d{{3}})+"}
_ZEROS_OF = {"vi": r"-?\d+,0+", "en": r"-?\d+\.0+"}

# A code that a program took for a number; of one with an exponent the last digits are lost for good.
_ODD_CODE = r"\d+|\d{4,}\.0|\d([.,]\d+)?E\+\d+"
_DIGITS_OF_CODE = r"^(\d+)(\.0)?$"
_LENGTH = re.compile(r"\^?(0*)(?:\\d|\[0-9\])\{(\d+)\}\$?")


def understand_odd_values(con: duckdb.DuckDBPyConnection, table: TextTable, profile: Profile) -> None:
    """Understand the odd values of ``text_row`` that can mean one thing only; the others stay as they are, unknown."""
    columns = [c for c in profile.entity.columns if c.name in table.places and c.role in ("time", "number", "amount")]
    if EXPORT_TIME in table.places:
        columns.append(Column(EXPORT_TIME, "time"))
    code = f"{profile.entity.code}_text"
    may_be_odd = _may_be_odd(code, profile)
    counted = ", ".join([*(f"count({c.name}_odd)" for c in columns), f"count(*) filter (where {may_be_odd})"])
    *counts, odd_codes = con.execute(f"select {counted} from text_row").fetchall()[0]
    mended = [
        f"coalesce({c.name}, {_understood(c, table.date_system, profile)}) as {c.name}"
        for c, count in zip(columns, counts, strict=True)
        if count
    ]
    if odd_codes:
        is_odd = f"{may_be_odd} and regexp_full_match({code}, {quoted(_ODD_CODE)})"
        sound = f"case when {is_odd} then {_code_sql(code, profile)} else {code} end"
        mended += [
            f"{sound} as {code}",
            f"{no_code_sql(f'({sound})', profile.code_pattern)} as {profile.entity.code}_is_none",
            f"case when {is_odd} then {code} end as {profile.entity.code}_odd",
        ]
    if mended:
        con.execute(f"create or replace temp table text_row as select * replace ({', '.join(mended)}) from text_row")


def has_serial_dates(con: duckdb.DuckDBPyConnection, table: TextTable, profile: Profile) -> bool:
    """Whether any row of data holds an untyped serial date."""
    times = [c.name for c in profile.entity.columns if c.role == "time" and c.name in table.places]
    is_serial = " or ".join(f"regexp_full_match({column}_odd, {quoted(_SERIAL)})" for column in times)
    found = con.execute(f"select rowid from text_row where {is_serial}").fetchall()
    return not {record for (record,) in found} <= set(table.not_data)


def _understood(column: Column, date_system: int | None, profile: Profile) -> str:
    text = f"{column.name}_odd"
    return _serial_date_sql(text, date_system) if column.role == "time" else whole_number_sql(text, profile.numbers)


def _serial_date_sql(text: str, date_system: int | None) -> str:
    """The local time of a serial number; null where the workbook does not say from which day it counts."""
    if date_system is None:
        return "null"
    seconds = f"to_seconds(cast(round(cast(replace({text}, ',', '.') as double) * {_SECONDS}) as bigint))"
    time = in_years(f"timestamp '{_FIRST_DAY[date_system]}' + {seconds}")
    return f"case when regexp_full_match({text}, {quoted(_SERIAL)}) then {time} end"


def whole_number_sql(text: str, numbers: str | None) -> str:
    """A whole number that is written with marks, or null. ``numbers``: how the source writes them (vi: 1.234,0; en: 1,234.0)."""
    groups = "|".join([_IN_GROUPS, *([_GROUPS_OF[numbers]] if numbers else [])])
    zeros = "|".join([_WITH_ZEROS, *([_ZEROS_OF[numbers]] if numbers else [])])
    whole_part = f"regexp_replace({text}, '[.,]0+$', '')"
    return f"""case
        when regexp_full_match({text}, {quoted(groups)}) then {_without_marks(text)}
        when regexp_full_match({text}, {quoted(zeros)}) then {_without_marks(whole_part)}
        end"""


def _without_marks(text: str) -> str:
    return f"try_cast(regexp_replace({text}, '[ .,]', '', 'g') as integer)"


def _may_be_odd(text: str, profile: Profile) -> str:
    """Whether a code may be what a program made of a number; without a pattern, since it is asked of every row.

    Never where a unit or a word stands for the code, as in some registers: "Trạm 2.0" is a name.
    """
    if not any(column.role == "code" and column.name == profile.entity.code for column in profile.entity.columns):
        return "false"
    length = _code_length(profile)
    is_short = f"or length({text}) < {length}" if length else ""
    return f"(ends_with({text}, '.0') or contains({text}, 'E+') {is_short})"


def _code_sql(text: str, profile: Profile) -> str:
    """The code without a decimal point, with its zeros where its length is known; null where digits are lost for good."""
    digits = f"nullif(regexp_extract({text}, {quoted(_DIGITS_OF_CODE)}, 1), '')"
    length = _code_length(profile)
    return f"repeat('0', greatest({length} - length({digits}), 0)) || {digits}" if length else digits


def _code_length(profile: Profile) -> int | None:
    """How many digits every code has, where the pattern of codes says just that."""
    found = _LENGTH.fullmatch(profile.code_pattern or "")
    return len(found[1]) + int(found[2]) if found else None
