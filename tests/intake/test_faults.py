"""What is told of rows that are kept out agrees with a plain reading of the file. The people are invented."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.settings import load_config
from tests.intake.files import FORMATS, HEADER, row, write
from transforms.intake.faults import Fault, UnknownName, find_faults, known_names
from transforms.labels import word_key

WORDS = st.sampled_from(["Đang xử lý", "Đang xử lí", "đang  xử lí", "Huỷ bỏ", "Hủy bỏ", "Lạ", ""])


@pytest.fixture
def config(home):
    return load_config(home)


@pytest.mark.parametrize("kind", ["semicolon", "xlsx", "html"])
@given(statuses=st.lists(WORDS, min_size=1, max_size=8))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_unknown_words_are_told_apart_as_a_plain_reading_tells_them(read_canonical, config, tmp_path, kind, statuses):
    table = [HEADER, *(row(n, **{"Trạng thái": status}) for n, status in enumerate(statuses))]
    path = write(tmp_path, FORMATS[kind](table))
    result, _ = read_canonical(path)
    faults = find_faults(path, path.name, config.profiles["tandan"], config.reference, result.quarantined, tmp_path)
    lines_a_row = 2 if kind == "semicolon" else 1  # the cell of the person holds a line end
    keys = [word_key(status) for status in statuses]
    wrong = [(2 + at * lines_a_row, key) for at, key in enumerate(keys) if key != word_key("Đang xử lý")]
    counted = Counter(key for _, key in wrong)
    first = {key: line for line, key in reversed(wrong)}
    assert [(name.column, name.row_count, name.first_line, name.is_empty) for name in faults.unknown] == [
        ("status", count, first[key], not key) for key, count in counted.items()
    ]
    assert faults.rows == [Fault(line, "WORD_UNKNOWN", "status", list(counted).index(key)) for line, key in wrong]
    known = set(known_names("status", config.profiles["tandan"], config.reference))
    assert all(set(name.nearest) <= known for name in faults.unknown)


def test_headers_are_those_of_the_file_and_the_sheet_is_named(read_canonical, config, tmp_path):
    renamed = ["Số\nhồ sơ" if header == "Mã hồ sơ" else header for header in HEADER]
    path = write(tmp_path, FORMATS["xlsx"]([renamed, row(1, **{"Trạng thái": "Đang xử lí", "Số lần bổ sung": "x"})]))
    result, _ = read_canonical(path)
    faults = find_faults(path, path.name, config.profiles["tandan"], config.reference, result.quarantined, tmp_path)
    assert (faults.headers["dossier_code"], faults.sheet) == ("Số hồ sơ", "HS")
    [unknown] = faults.unknown
    assert unknown == UnknownName("status", 1, 2, False, unknown.nearest)
    assert unknown.nearest[0] == "Đang xử lý"


def test_units_and_procedures_are_looked_for_in_the_registers(demo_home):
    config = load_config(demo_home)
    tandan = config.profiles["tandan"]
    assert {u["unit_name"] for u in config.reference.units} <= set(known_names("receiving_unit", tandan, config.reference))
    assert known_names("procedure", tandan, config.reference) == [p["procedure_name"] for p in config.reference.procedures]
