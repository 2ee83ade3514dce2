"""The balance that an office wrote down for its first period, beside what the exports carry over."""

import pytest

from flows.nightly import nightly
from flows.publish import current_release
from flows.query import open_release
from tests.models.test_not_refreshed import put, row
from transforms.errors import ConfigError
from transforms.reference import load_reference

UNITS = """unit_code,unit_name,unit_level,unit_kind,parent_code,valid_from,valid_to
P,Phòng Mẫu,district,department,,,
M,Một cửa,district,one_stop_counter,,,
"""
OPENINGS = "unit_code,opening_date,open_count,document\n"


@pytest.mark.parametrize(("said", "state", "failed"), [(1, "passed", 0), (4, "failed", 1)])
def test_a_difference_from_it_warns_and_is_shown(home, said, state, failed):
    (home.reference / "units.csv").write_text(UNITS, encoding="utf-8")
    (home.reference / "opening_balance.csv").write_text(f"{OPENINGS}P,2020-02-01,{said},12/BC\n", encoding="utf-8")
    put(home, "20200229", {"covers_from": "2020-01-01"}, row("H-1", "20/01/2020"), row("H-2", "03/02/2020", "10/02/2020 09:00:00"))
    nightly(home)
    con = open_release(current_release(home))
    form = con.execute("""select scope, carried_over, opening_count from form_ii06a where unit_code = 'P' and field_code = 'ALL'
                          and calendar = 'calendar' and period_kind = 'month' and period_start = '2020-02-01'
                          and scope in ('own', 'subtree') order by scope""").fetchall()
    check = con.execute("select state, failed_count from check_result where check_id = 'FORM_06A_OPENING'").fetchall()
    con.close()
    assert form == [("own", 1, None), ("subtree", 1, said)]
    assert check == [(state, failed)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("X,2020-02-01,1,", "unit_code X is not known"),
        ("P,,1,", "is not a date"),
        ("P,2020-02-01,-1,", "is not a whole number"),
        ("P,2020-02-01,1,\nP,2020-02-01,2,", "stands twice"),
    ],
)
def test_a_mistake_in_it_is_named(tmp_path, line, said):
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    (tmp_path / "opening_balance.csv").write_text(f"{OPENINGS}{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        load_reference(tmp_path)
