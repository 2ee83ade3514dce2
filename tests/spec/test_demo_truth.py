"""The demo district's own books, counted without any of the pipeline's code, against the published marts."""

import pytest

from flows.publish import current_release
from flows.query import open_release
from transforms.registry import indicator_ids

KEYS = "indicator_id, rule_id, basis_id, unit_code, scope, calendar, period_kind, period_start, period_end"
FORM = (
    "unit_code, scope, field_code, calendar, period_kind, period_start, period_end, received_online, received_other, "
    "carried_over, resolved_early, resolved_on_time, resolved_late, open_in_time, open_overdue"
)


@pytest.fixture
def ask(demo_home):
    """Ask one question of the release and the truth together."""
    import duckdb

    con = duckdb.connect()
    con.execute(f"attach '{current_release(demo_home)}/marts.duckdb' as marts (read_only)")
    con.execute("use marts")
    yield lambda sql: con.execute(sql.replace("TRUTH", str(demo_home.root / "truth"))).fetchall()
    con.close()


def differences(left: str, right: str) -> str:
    ours, truth = f"select 'ours', * from ({left} except {right})", f"select 'truth', * from ({right} except {left})"
    return f"{ours} union all {truth} order by all limit 20"


def test_every_figure_is_the_truth(ask):
    ours = f"""select {KEYS}, numerator, denominator, excluded_count, status, unreported_count, no_evidence_count
               from indicator_value
               where status in ('ok', 'missing_denominator', 'no_evidence') or (status = 'no_activity' and excluded_count > 0)
                   or status_reason like 'not_told%' or status_reason = 'not_reported'"""
    truth = f"""select {KEYS}, numerator, denominator, excluded_count,
                       case when denominator = 0 and status = 'ok' then 'no_activity' else status end,
                       unreported_count, no_evidence_count
                from read_csv('TRUTH/indicator_value.csv')"""
    assert ask(f"select count(*) > 50000 from ({truth})") == [(True,)]
    assert ask(differences(ours, truth)) == []
    booked = {name for (name,) in ask("select distinct indicator_id from read_csv('TRUTH/indicator_value.csv')")}
    assert booked == set(indicator_ids())


def test_every_target_of_every_unit_is_the_truth(ask):
    named = "target_id, unit_code, calendar, period_start, period_end, numerator, denominator, state"
    ours = f"select {named} from target_status where period_kind = 'year'"
    truth = f"select {named} from read_csv('TRUTH/target_status.csv')"
    assert ask(differences(ours, truth)) == []
    assert ask(f"select count(distinct target_id), count(distinct unit_code), count(distinct state) from ({truth})") == [
        (15, 31, 6)
    ]


def test_form_ii06a_is_the_truth(ask):
    ours = f"select {FORM} from form_ii06a where received_total + resolved_total + open_total > 0"
    truth = f"select {FORM} from read_csv('TRUTH/form_ii06a.csv')"
    assert ask(f"select count(*) > 5000 from ({truth})") == [(True,)]
    assert ask(differences(ours, truth)) == []


def test_every_row_of_every_file_is_where_the_truth_says(ask):
    ours = """select source, file_name, row_count, recorded_count, unchanged_count, duplicate_count, quarantined_count
              from export_file where outcome = 'recorded'"""
    truth = "select source, file, row_count, recorded, unchanged, duplicate, quarantined from read_csv('TRUTH/files.csv')"
    assert ask(f"select count(*) >= 30 from ({truth})") == [(True,)]
    assert ask(differences(ours, truth)) == []


def test_the_commune_without_a_register_has_no_denominator(ask):
    found = ask("""select distinct denominator, rate from indicator_value
                   where indicator_id = 'edoc_any' and unit_code = 'H99.12.27' and status = 'missing_denominator'""")
    assert found == [(None, None)]


def test_no_unit_of_the_demo_is_in_doubt(demo_home):
    """Old codes are in its table, and what the merged communes left to their successor was received before it began."""
    con = open_release(current_release(demo_home))
    try:
        handed_on = "select count(*) > 0 from dossier where receiving_unit_code = 'H99.12.36' and received_at < '2020-07-01'"
        assert con.execute(handed_on).fetchall() == [(True,)]
        assert con.execute("from unit_warning").fetchall() == []
    finally:
        con.close()


def test_the_marts_hold_no_person(demo_home):
    release = current_release(demo_home)
    personal = [name.encode() for name in ("Người Mẫu", "Thôn Mẫu", "00000001")]
    con = open_release(release)
    try:
        assert con.execute("select count(*) > 2000 from dossier").fetchall() == [(True,)]
    finally:
        con.close()
    kept = [p for p in [*release.rglob("*"), *demo_home.warehouse_folder.rglob("*"), demo_home.runs] if p.is_file()]
    for path in kept:
        assert not any(person in path.read_bytes() for person in personal), path
