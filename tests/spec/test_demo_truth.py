"""The demo district's own books, counted without any of the pipeline's code, against the published marts."""

import pytest

from demo.documents import EXCLUDES_MUCH
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


def test_only_what_is_planted_is_in_doubt_in_the_demo(demo_home, ask):
    """Old codes are in its table, and what the merged communes left to their successor was received before it began."""
    con = open_release(current_release(demo_home))
    try:
        handed_on = "select count(*) > 0 from dossier where receiving_unit_code = 'H99.12.36' and received_at < '2020-07-01'"
        assert con.execute(handed_on).fetchall() == [(True,)]
        found = con.execute("select rule_code, unit_code, row_count from unit_warning").fetchall()
    finally:
        con.close()
    assert {rule for rule, *_ in found} == {"RECIPIENT_UNKNOWN", "EXCLUSION_OUTLIER"}
    assert [unit for rule, unit, _ in found if rule == "EXCLUSION_OUTLIER"] == [EXCLUDES_MUCH]
    strangers = "select value from read_csv('TRUTH/totals.csv') where name = 'documents_with_strangers'"
    assert ask(strangers) == [(sum(count for rule, _, count in found if rule == "RECIPIENT_UNKNOWN"),)]


def test_what_leaves_documents_out_is_told_by_ground(ask):
    found = dict(
        ask("""select ground, sum(document_count) from document_exclusion
               where scope = 'own' and calendar = 'calendar' and period_kind = 'year' group by ground""")
    )
    truth = dict(ask("select name, value from read_csv('TRUTH/totals.csv') where name like 'documents_%'"))
    assert found.pop("recipients_outside") == truth["documents_outside"]
    assert sum(found.values()) == truth["documents_excluded"]
    assert set(found) >= {"secret", "paper_original", "large_format", "not_connected"}


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


def test_every_planted_edit_is_found_and_no_look_alike(ask):
    planted = """select signal_id, dossier_code, is_signal, coalesce(t.lawful_reason, '') as reason, t.changes_rate,
                        list(coalesce(r.lawful_reason, '')) filter (r.dossier_code is not null) as found,
                        coalesce(bool_or(r.changes_rate), false) as found_change
                 from read_csv('TRUTH/review_signal.csv') as t left join review_signal as r using (signal_id, dossier_code)
                 group by all"""
    assert ask(f"select count(distinct signal_id) from ({planted}) where is_signal") == [(10,)]
    assert ask(f"select count(distinct signal_id) from ({planted}) where not is_signal") == [(8,)]
    assert ask(f"from ({planted}) where is_signal and coalesce(found <> [''], true)") == []
    assert ask(f"from ({planted}) where not is_signal and coalesce(list_contains(found, ''), false)") == []
    assert ask(f"from ({planted}) where reason <> '' and coalesce(found <> [reason], true)") == []
    assert ask(f"from ({planted}) where found is not null and changes_rate <> found_change") == []
    assert ask(f"select count(*) >= 4 from ({planted}) where is_signal and changes_rate") == [(True,)]


def test_what_is_found_besides_are_the_lives_and_the_dirt_of_the_demo(ask):
    """Dossiers that wait for months, and those that dirt made disappear; nothing else asks for a second look unplanted."""
    besides = """select distinct signal_id from review_signal as r anti join read_csv('TRUTH/review_signal.csv') as t
                     using (signal_id, dossier_code) where lawful_reason is null"""
    assert {name for (name,) in ask(besides)} <= {"long_pause", "gone_while_overdue"}
