"""Figures that Vietnamese offices published, computed again: which denominators are in use, and which prints are wrong."""

import csv

import pytest

from reports.numbers import rate

pytestmark = pytest.mark.real_data

# (source, scope, printed rate, its decimals, numerator, denominator); "done-late" is a difference of two columns, "+" a sum.
RESOLVED = [
    ("tth-dvc", "Mức 1, 2", "early_pct", 1, "early", "done"),
    ("tth-dvc", "Mức 1, 2", "ontime_pct", 1, "ontime", "done"),
    ("tth-dvc", "Mức 1, 2", "late_pct", 1, "late", "done"),
    ("tth-dvc", "Mức 3", "early_pct", 1, "early", "done"),
    ("tth-dvc", "Mức 3", "ontime_pct", 1, "ontime", "done"),
    ("tth-dvc", "Mức 3", "late_pct", 1, "late", "done"),
    ("tth-dvc", "Mức 4", "early_pct", 1, "early", "done"),
    ("tth-dvc", "Mức 4", "ontime_pct", 1, "ontime", "done"),
    ("tth-dvc", "Mức 4", "late_pct", 1, "late", "done"),
    ("lamdong-2019-10", "TT PVHCC tỉnh", "early_pct", 1, "early", "done"),
    ("lamdong-2019-10", "TT PVHCC tỉnh", "ontime_pct", 1, "ontime", "done"),
    ("lamdong-2019-10", "TT PVHCC tỉnh", "late_pct", 1, "late", "done"),
    ("lamdong-2019-10", "Cấp huyện (gồm xã)", "early_pct", 1, "early", "done"),
    ("lamdong-2019-10", "Cấp huyện (gồm xã)", "ontime_pct", 1, "ontime", "done"),
    ("lamdong-2019-10", "Cấp huyện (gồm xã)", "late_pct", 1, "late", "done"),
    ("lamdong-2020q1", "Toàn tỉnh", "ontime_pct", 2, "ontime", "done"),
    ("lamdong-2020q1", "Toàn tỉnh", "late_pct", 2, "late", "done"),
    ("lamdong-2020q1", "Cấp tỉnh", "ontime_pct", 2, "ontime", "done"),
    ("lamdong-2020q1", "Cấp tỉnh", "late_pct", 2, "late", "done"),
    ("lamdong-2020q1", "Cấp huyện", "ontime_pct", 2, "ontime", "done"),
    ("lamdong-2020q1", "Cấp huyện", "late_pct", 1, "late", "done"),
    ("lamdong-2020q1", "Cấp xã", "ontime_pct", 2, "ontime", "done"),
    ("lamdong-2022h1", "Sở, ngành", "ontime_pct", 2, "ontime", "done"),
    ("lamdong-2022h1", "UBND cấp huyện", "ontime_pct", 2, "ontime", "done"),
    ("binhduong-2021-commune", "91 xã", "ontime_pct", 2, "ontime", "done"),
    ("binhduong-2021-commune", "91 xã", "late_pct", 2, "late", "done"),
    ("bentre-2021-05", "TT PVHCC", "ontime_pct", 1, "done-late", "done"),
    ("bentre-2021-05", "TT PVHCC", "late_pct", 1, "late", "done"),
    ("hcm-q1-2018", "Quận 1", "late_pct", 2, "late", "done"),
    ("quangnam-2018-week", "tuần", "ontime_pct", 1, "ontime", "done"),
]
DUE_IN_PERIOD = [
    ("vinhphuc-2021-08-district-commune", "huyện+xã", "ontime_pct", 2, "ontime", "due"),
    ("vinhphuc-2021-08-district-commune", "huyện+xã", "late_pct", 2, "late", "due"),
    ("vinhphuc-2021-08-district-commune", "huyện+xã", "returned_pct", 2, "returned", "due"),
    ("vinhphuc-2021-09-province", "tháng 9/2021", "ontime_pct", 2, "ontime", "due"),
    ("vinhphuc-2021-09-province", "tháng 9/2021", "late_pct", 2, "late", "due"),
    ("vinhphuc-2021-09-province", "tháng 9/2021", "returned_pct", 2, "returned", "due"),
    ("vinhphuc-2021-09-province", "quý III/2021", "ontime_pct", 2, "ontime", "due"),
    ("vinhphuc-2021-09-province", "quý III/2021", "late_pct", 2, "late", "due"),
    ("vinhphuc-2021-09-province", "quý III/2021", "returned_pct", 1, "returned", "due"),
]
RECEIVED = [
    ("kontum-2023q1", "Toàn tỉnh", "online_pct", 2, "online", "received"),
    ("kontum-2023q1", "Cấp tỉnh", "online_pct", 2, "online", "received"),
    ("hanam-2024-online", "tỉnh", "online_pct", 2, "online", "received"),
]
# Received here holds what was carried over.
RECEIVED_AND_CARRIED = [
    ("bentre-2021-05", "TT PVHCC", "done_pct", 1, "done", "total"),
    ("hcm-q1-2018", "Quận 1", "ontime_pct_of_received", 2, "ontime", "received"),
]
# Its print does not tell whether it is the rate of those resolved (above) or this one.
ONE_MINUS_LATE = [("binhduong-2021-commune", "91 xã", "ontime_pct", 2, "received-late", "received")]
RIGHT = RESOLVED + DUE_IN_PERIOD + RECEIVED + RECEIVED_AND_CARRIED + ONE_MINUS_LATE

# (…, what it should say, why it does not)
WRONG = [
    ("lamdong-2022h1", "UBND cấp xã", "ontime_pct", 2, "ontime", "done", "98,95%", "cut off after the second decimal"),
    ("kontum-2023q1", "Cấp xã", "online_pct", 2, "online", "received", "13,06%", "cut off after the second decimal"),
    ("kontum-2023q1", "Cấp huyện", "online_pct", 2, "online", "received", "37,2%", "another number"),
]


@pytest.fixture(scope="module")
def published(real_data) -> dict[tuple[str, str], dict[str, str]]:
    with (real_data / "published" / "published_aggregates.csv").open(encoding="utf-8", newline="") as file:
        return {(row["source_id"], row["scope"]): row for row in csv.DictReader(file)}


def number(row: dict[str, str], columns: str) -> int:
    """A column, or the difference or sum of columns."""
    if "-" in columns:
        whole, _, part = columns.partition("-")
        return number(row, whole) - number(row, part)
    return sum(int(row[column]) for column in columns.split("+"))


def printed(row: dict[str, str], column: str) -> str:
    return row[column].replace(" ", "")


@pytest.mark.parametrize(("source", "scope", "column", "decimals", "above", "below"), RIGHT)
def test_what_was_printed_is_what_the_counts_give(published, source, scope, column, decimals, above, below):
    row = published[source, scope]
    assert rate(number(row, above), number(row, below), decimals) == printed(row, column)


@pytest.mark.parametrize(("source", "scope", "column", "decimals", "above", "below", "ours", "why"), WRONG)
def test_what_was_printed_wrongly(published, source, scope, column, decimals, above, below, ours, why):
    row = published[source, scope]
    numerator, denominator = number(row, above), number(row, below)
    assert rate(numerator, denominator, decimals) == ours != printed(row, column)
    cut_off = f"{10_000 * numerator // denominator / 100:.2f}%".replace(".", ",")
    assert (cut_off == printed(row, column)) == (why == "cut off after the second decimal")


def test_a_print_that_no_denominator_beside_it_gives(published):
    row = published["vinhphuc-2021-09-province", "tháng 9/2021"]
    below = [int(value) for value in row.values() if value.isdigit() and int(value) >= int(row["online"])]
    assert len(below) >= 5
    assert printed(row, "online_pct") == "18,9%"
    assert all(rate(int(row["online"]), denominator, 1) != "18,9%" for denominator in below)


def test_the_same_counts_give_two_rates(published):
    """A district without a late dossier: all of those resolved were on time, yet not all that it had received."""
    row = published["hcm-q1-2018", "Quận 1"]
    assert (rate(number(row, "ontime"), number(row, "done")), printed(row, "ontime_pct_of_received")) == ("100%", "99,96%")


@pytest.mark.parametrize(
    ("source", "whole", "parts", "column", "missing"),
    [
        ("kontum-2023q1", "Toàn tỉnh", ["Cấp tỉnh", "Cấp huyện", "Cấp xã"], "received", 0),
        ("kontum-2023q1", "Toàn tỉnh", ["Cấp tỉnh", "Cấp huyện", "Cấp xã"], "online", 0),
        ("lamdong-2020q1", "Toàn tỉnh", ["Cấp tỉnh", "Cấp huyện", "Cấp xã"], "received", 0),
        ("lamdong-2020q1", "Toàn tỉnh", ["Cấp tỉnh", "Cấp huyện", "Cấp xã"], "done", 0),
        ("lamdong-2020q1", "Toàn tỉnh", ["Cấp tỉnh", "Cấp huyện", "Cấp xã"], "ontime", -2),
    ],
)
def test_levels_add_up_but_for_what_is_named_here(published, source, whole, parts, column, missing):
    added = sum(number(published[source, part], column) for part in parts)
    assert number(published[source, whole], column) - added == missing


@pytest.mark.parametrize(
    ("source", "scope", "whole", "parts", "missing"),
    [
        ("vinhphuc-2021-08-district-commune", "huyện+xã", "due", "ontime+late", 0),
        ("vinhphuc-2021-09-province", "tháng 9/2021", "due", "ontime+late", 0),
        ("vinhphuc-2021-09-province", "tháng 9/2021", "total", "received_new+carried", 0),
        ("vinhphuc-2021-09-province", "quý III/2021", "due", "ontime+late", 0),
        ("vinhphuc-2021-09-province", "quý III/2021", "total", "received_new+carried", 0),
        ("vn-edoc-2022-07", "quốc gia", "edoc_total", "edoc_sent+edoc_received", 0),
        ("binhduong-2021-commune", "91 xã", "done", "ontime+late", 0),
        ("bentre-2021-05", "TT PVHCC", "total", "done+pending", 0),
        ("lamdong-2019-10", "TT PVHCC tỉnh", "done", "early+ontime+late", 0),
        ("lamdong-2019-10", "Cấp huyện (gồm xã)", "done", "early+ontime+late", -4),
        ("lamdong-2020q1", "Toàn tỉnh", "done", "ontime+late", 2),
        ("tth-dvc", "Mức 1, 2", "total", "done+pending", 0),
        ("tth-dvc", "Mức 1, 2", "done", "early+ontime+late", 9_612),
        ("tth-dvc", "Mức 3", "done", "early+ontime+late", 2_267),
        ("tth-dvc", "Mức 4", "done", "early+ontime+late", 3),
    ],
)
def test_parts_make_up_the_whole_but_for_what_is_named_here(published, source, scope, whole, parts, missing):
    row = published[source, scope]
    assert number(row, whole) - number(row, parts) == missing
