"""Figures between any two days: those of the marts where the days are a period's, and plain counting of dossiers elsewhere."""

import csv
import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.figures import tell_figures
from flows.publish import current_release, read_manifest
from flows.query import open_release
from reports.figures import FORMULAS, figures_between
from transforms.duck import rows
from transforms.errors import ConfigError
from transforms.registry import indicator_ids

UNITS = ("H99.12", "H99.12.01", "H99.12.14", "H99.12.27", "H99.12.36")
PLACE = ("unit_code", "scope", "period_start", "period_end")
FORM = "received_online, received_other, carried_over, resolved_early, resolved_on_time, resolved_late, open_in_time, open_overdue"


@pytest.fixture(scope="module")
def con(demo_home):
    with open_release(current_release(demo_home)) as con:
        yield con


@pytest.fixture(scope="module")
def tell(demo_home, con):
    manifest = read_manifest(current_release(demo_home))
    known = {"as_of": date.fromisoformat(manifest["as_of"]), "outside_scope": manifest["plan"]["outside_scope"]}
    return lambda unit, scope, first, last, **given_too: figures_between(con, unit, scope, first, last, **known, **given_too)


def test_the_days_of_a_period_give_the_figures_of_the_marts(con, tell):
    where = """((unit_code, scope) in (('H99.12', 'subtree'), ('H99.12.36', 'own'))
                or (unit_code, scope, period_kind) = ('H99.12', 'plan_scope', 'quarter'))"""
    figures = rows(con, f"from indicator_value where {where} and status <> 'series_break'")
    forms = rows(con, f"select {', '.join(PLACE)}, {FORM} from form_ii06a where field_code = 'ALL' and {where}")
    places = {tuple(row[name] for name in PLACE) for row in figures + forms}
    ours_of = {place: tell(*place) for place in places}
    assert len(ours_of) > 150
    compared = 0
    for row in figures:
        (ours,) = [
            i
            for i in ours_of[tuple(row[name] for name in PLACE)]["indicators"]
            if (i["indicator_id"], i["rule_id"], i["basis_id"]) == (row["indicator_id"], row["rule_id"], row["basis_id"])
        ]
        excluded = None if row["status"] == "missing_data" else row["excluded_count"]
        expected = (row["numerator"], row["denominator"], excluded, row["status"])
        assert (ours["numerator"], ours["denominator"], ours["excluded_count"], ours["status"]) == expected, row
        compared += 1
    assert compared > 2000
    for row in forms:
        assert ours_of[tuple(row.pop(name) for name in PLACE)]["dossiers"] == row
    told = {i["indicator_id"] for told in ours_of.values() for i in told["indicators"] if i["status"] == "ok"}
    assert told == set(indicator_ids())


@pytest.fixture(scope="module")
def count_plainly(con, demo_home):
    """Count dossiers one by one under II06_DATE, from the mart ``dossier`` and the table of treatments."""
    with (demo_home.reference / "status_treatment.csv").open(encoding="utf-8") as file:
        treatment = {r["status"]: r["treatment"] for r in csv.DictReader(file) if r["rule_id"] == "II06_DATE"}
    dossiers = [d for d in rows(con, "from dossier") if treatment[d["status"]] != "excluded"]
    parents = dict(con.execute("select unit_code, parent_code from unit").fetchall())

    def is_within(code: str | None, unit: str) -> bool:
        return code == unit or (code is not None and is_within(parents.get(code), unit))

    def count(unit: str, first: date, last: date) -> dict[str, int]:
        found = dict.fromkeys(FORM.split(", "), 0)
        for d in dossiers:
            received = d["received_at"].date()
            if received > last or not is_within(d["resolving_unit_code"], unit):
                continue
            due = d["due_at"] and d["due_at"].date()
            how = treatment[d["status"]]
            end = (d["finished_at"] or d["status_from_at"]) if how == "resolved_on_time" else d["finished_at"]
            left = max(end.date(), received) if how.startswith("resolved") else None
            if received >= first:
                found["received_online" if d["channel"] == "online" else "received_other"] += 1
            elif left is None or left >= first:
                found["carried_over"] += 1
            if left is None or left > last:
                is_late = due is not None and how != "paused_in_time" and max(due + timedelta(1), received) <= last
                found["open_overdue" if is_late else "open_in_time"] += 1
            elif left >= first:
                if how == "resolved_on_time" or due is None or end.date() == due:
                    found["resolved_on_time"] += 1
                else:
                    found["resolved_early" if end.date() < due else "resolved_late"] += 1
        return found

    return count


DAYS = st.dates(date(2019, 11, 1), date(2021, 1, 5))


@settings(max_examples=60, deadline=None)
@given(unit=st.sampled_from(UNITS), days=st.lists(DAYS, min_size=2, max_size=2).map(sorted))
def test_any_two_days_are_counted_like_dossiers_one_by_one(tell, count_plainly, unit, days):
    found = tell(unit, "subtree", *days)
    plain = count_plainly(unit, *days)
    assert found["dossiers"] == plain
    on_time = found["indicators"][0]
    assert (on_time["indicator_id"], on_time["rule_id"], on_time["basis_id"]) == ("on_time", "II06_DATE", "resolved")
    in_time = plain["resolved_early"] + plain["resolved_on_time"]
    assert (on_time["numerator"], on_time["denominator"]) == (in_time, in_time + plain["resolved_late"])


def by_indicator(found: dict) -> dict[str, dict]:
    """The usual figure of each indicator: the first that is listed."""
    return {row["indicator_id"]: row for row in reversed(found["indicators"])}


def test_shares_of_units_and_procedures_are_told_for_any_days_and_what_is_known_by_period_is_called_so(con, tell):
    found = by_indicator(tell("H99.12", "subtree", date(2020, 3, 3), date(2020, 5, 20)))
    inspected = con.execute("""select count(distinct unit_code) from evidence
        where indicator_id = 'inspected' and has_evidence and counts_from between '2020-03-03' and '2020-05-20'""").fetchall()
    assert [(found["inspected"]["numerator"],)] == inspected != [(0,)]
    # The marriage register of the communes rises to level 4 in October.
    later = by_indicator(tell("H99.12", "subtree", date(2020, 3, 3), date(2020, 10, 1)))
    assert later["procedures_level4"]["numerator"] == found["procedures_level4"]["numerator"] + 1
    by_period = {name for name, row in found.items() if row["status"] == "periods_only"}
    assert by_period == {
        "edoc_any",
        "edoc_only_signed",
        "via_system",
        *(name for name in found if name.startswith("satisfaction_")),
    }
    assert {(found[name]["numerator"], found[name]["text"]) for name in by_period} == {(None, None)}


def test_days_before_the_data_have_no_numbers_and_days_to_come_are_provisional(tell):
    before = tell("H99.12", "own", date(2019, 10, 31), date(2020, 1, 31))
    assert before["dossiers"] is None
    of_dossiers = [i for i in before["indicators"] if (i["indicator_id"], i["basis_id"]) in FORMULAS]
    assert {(i["status"], i["numerator"], i["denominator"]) for i in of_dossiers} == {("missing_data", None, None)}
    assert not tell("H99.12", "own", date(2020, 1, 1), date(2020, 1, 31))["is_provisional"]
    assert tell("H99.12", "own", date(2020, 1, 1), date(2031, 1, 31))["is_provisional"]


def test_a_unit_may_be_named_and_one_indicator_asked_for(demo_home):
    days = (date(2020, 3, 1), date(2020, 4, 20))
    by_name, by_code = (
        tell_figures(demo_home, u, "subtree", *days, "online_received", None) for u in ("ubnd  XÃ Đá Chồng", "H99.12.27")
    )
    assert by_name == by_code
    assert [i["indicator_id"] for i in by_code["indicators"]] == ["online_received"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("H99.12.999", "own", date(2020, 1, 1), date(2020, 1, 2)), "There is no unit H99.12.999; did you mean H99.12"),
        (("xã Đá Chồn", "own", date(2020, 1, 1), date(2020, 1, 2)), "did you mean UBND xã Đá Chồng"),
        (("H99.12.14", "plan_scope", date(2020, 1, 1), date(2020, 1, 2)), "has no scope plan_scope"),
        (("H99.12", "own", date(2020, 1, 2), date(2020, 1, 1)), "is after --to"),
        (("H99.12", "own", date(2030, 1, 2), date(2030, 1, 3)), "knows nothing from 2030-01-02 on"),
    ],
)
def test_what_cannot_be_told_is_said(tell, asked, said):
    with pytest.raises(ConfigError, match=said):
        tell(*asked)
    with pytest.raises(ConfigError, match="There is no indicator on_tim; did you mean on_time"):
        tell("H99.12", "own", date(2020, 1, 1), date(2020, 1, 2), indicator="on_tim")


def test_the_command_starts_without_the_slow_libraries(demo_home):
    days = ["--from", "01/03/2020", "--to", "2020-04-20"]
    asked = ["motcua", "--home", str(demo_home.root), "figures", "--unit", "H99.12", *days]
    program = f"""import sys; sys.argv = {asked}
from flows.cli import app
app(standalone_mode=False)
slow = {{'prefect', 'great_expectations', 'pandas', 'sqlalchemy'}} & set(sys.modules)
sys.exit(f'imported {{slow}}' if slow else 0)"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert "Từ / from 01/03/2020 đến hết / to 20/04/2020" in done.stdout
    assert "Hồ sơ giải quyết" in done.stdout
