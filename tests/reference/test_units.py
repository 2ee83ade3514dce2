"""The registers of units: mistakes are named with their line, in both languages."""

import pytest

from transforms.errors import ConfigError
from transforms.reference import load_reference

UNITS = "unit_code,unit_name,unit_level,unit_kind,parent_code,valid_from,valid_to"
DISTRICT = "H1,UBND huyện,district,district,,2015-01-01,2025-06-30"


def register(folder, *rows: str):
    (folder / "units.csv").write_text("\n".join([UNITS, *rows]) + "\n", encoding="utf-8")
    return load_reference(folder)


def test_a_unit_may_begin_later_and_end_sooner_than_its_parent(tmp_path):
    kept = register(tmp_path, DISTRICT, "H1.1,UBND xã,commune,commune,H1,2015-01-01,2025-06-30")
    assert len(kept.units) == 2
    assert len(register(tmp_path, DISTRICT, "H1.1,UBND xã,commune,commune,H1,2016-01-01,2020-06-30").units) == 2
    undated = ("H1,UBND huyện,district,district,,,", "H1.1,UBND xã,commune,commune,H1,,")
    assert len(register(tmp_path, *undated).units) == 2


@pytest.mark.parametrize(
    ("row", "vi", "en"),
    [
        ("H1.1,UBND xã,commune,commune,H1,2015-01-01,", "cây đơn vị bị hở", "has a gap: the parent H1 ends on 2025-06-30"),
        ("H1.1,UBND xã,commune,commune,H1,2015-01-01,2025-07-01", "cây đơn vị bị hở", "set valid_to of H1.1"),
        ("H1.1,UBND xã,commune,commune,H1,2014-12-31,2020-01-01", "cây đơn vị bị hở", "set valid_from of H1.1"),
        ("H1.1,UBND xã,commune,commune,H1,,2020-01-01", "cây đơn vị bị hở", "begins on 2015-01-01, H1.1 on no day"),
        ("H1.1,UBND xã,commune,commune,H1,2020-01-01,2019-01-01", "trước ngày bắt đầu", "ends on 2019-01-01, before it begins"),
        ("H1.1,UBND xã,commune,commune,H1.1,2020-01-01,", "H1.1", "the unit tree has a cycle"),
        ("H1.1,UBND xã,commune,commune,H9,2020-01-01,", "H9", "parent_code H9 is not known"),
        ("H1.1,UBND xã,commune,commune,H1,20200101,", "20200101", "is not a date like"),
        ("H1,UBND xã,commune,commune,,2020-01-01,", "H1", "stands twice"),
    ],
)
def test_a_mistake_in_the_tree_is_named_with_its_line(tmp_path, row, vi, en):
    with pytest.raises(ConfigError) as error:
        register(tmp_path, DISTRICT, row)
    assert "units.csv, dòng 3: " in error.value.vi
    assert vi in error.value.vi
    assert "units.csv, line 3: " in error.value.en
    assert en in error.value.en
