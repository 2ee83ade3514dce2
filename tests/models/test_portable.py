"""What DuckDB and Spark do not mean alike is refused in a model, its portable twin is not, and the shipped models pass to Spark."""

import pytest
import sqlglot
from sqlglot import exp

from transforms.portable import BELOW_MARTS, RULES, UNTRIED, departures
from transforms.runner import MODELS

EXPRESSIONS = [
    # Time
    ("date_diff('day', received_at, due_at)", "date_diff('day', cast(received_at as date), cast(due_at as date))"),
    ("date_diff('day', cast(a as date), b)", "date_diff('day', cast(a as date), b::date)"),
    ("date_diff('month', cast(a as date), cast(b as date))", "extract(month from b) - extract(month from a)"),
    ("finished_at - received_at", "finished_at - interval 1 day"),
    ("cast(a as date) - cast(b as date)", "cast(a as date) - 1"),
    ("max(finished_at) - min(received_at)", "max(counted) - min(counted)"),
    ("period_end - (period_start + interval 1 day)", "open_count - (late_count + 1)"),
    ("date_trunc('month', received_at)", "cast(date_trunc('month', received_at) as date)"),
    ("due_date + 2 * interval 1 day", "due_date + 2"),
    ("due_date + interval (duration_days) day", "due_date + duration_days"),
    ("due_date + to_days(duration_days)", "due_date + duration_days"),
    ("dayofweek(day)", "dayofyear(day)"),
    ("isodow(day)", "weekofyear(day)"),
    ("weekday(day)", "calendar.weekday"),
    ("dayname(day)", "calendar.day_name"),
    ("extract(isodow from day)", "extract(week from day)"),
    ("extract('dow' from day)", "extract('doy' from day)"),
    ("extract(epoch from received_at)", "extract(hour from received_at)"),
    ("date_part('dow', day)", "extract(day from day)"),
    ("received_at at time zone 'UTC'", "received_at"),
    ("timezone('UTC', received_at)", "received_at"),
    ("cast(received_at as timestamptz)", "cast(received_at as timestamp)"),
    ("current_date", "cast($as_of as date)"),
    ("strftime(day, '%Y-%m')", "substring(cast(day as varchar), 1, 7)"),
    # Text
    ("strptime(a, '%d/%m/%Y')", "cast(a as date)"),
    ("try_strptime(a, '%d/%m/%Y')", "cast(a as date)"),
    ("try_cast(a as int)", "cast(a as int)"),
    ("strip_accents(a)", "lower(a)"),
    ("regexp_replace(a, 'x', 'y')", "regexp_replace(a, 'x', 'y', 'g')"),
    ("string_agg(a, ', ')", "string_agg(a, ', ' order by a)"),
    # Numbers
    ("cast(2.5 as int)", "cast(2 as int)"),
    ("cast(cast(a as double) / 4 as bigint)", "cast(floor(cast(a as double) / 4) as bigint)"),
    ("cast(case when b then a * 1.5 end as int)", "cast(case when a > 1.5 then a end as int)"),
    ("cast(round(cast(a as decimal(9, 2)), 1) as int)", "cast(round(cast(a as decimal(9, 2))) as int)"),
    ("cast(a as hugeint)", "cast(a as decimal(38, 0))"),
    ("cast(a as real)", "cast(a as double)"),
    ("cast(a as double) / b", "cast(a as double) / nullif(b, 0)"),
    ("cast(a as double) / 0", "cast(a as double) / -2"),
    ("a // b", "a // cast(nullif(b, 0) as bigint)"),
    ("a % b", "a % 7"),
    ("a / nullif(b, 0)", "a / nullif(cast(b as double), 0)"),
    ("a * 1.5 // 2", "a // 2"),
    ("avg(a)", "avg(cast(a as double))"),
    ("quantile_cont(a, 0.5)", "median(cast(a as double))"),
    ("quantile_disc(a, 0.5)", "median(cast(a as double))"),
    ("percentile_cont(0.5) within group (order by a)", "median(cast(a as double))"),
    ("count_if(a)", "count(case when a then 1 end)"),
    ("hash(a)", "length(a)"),
    ("week(day)", "weekofyear(day)"),
    # Rows and their order
    ("row_number() over (partition by a)", "row_number() over (partition by a order by b)"),
    ("lag(a) over ()", "lag(a) over (order by b)"),
    ("first_value(a ignore nulls) over (partition by b)", "first_value(a ignore nulls) over (partition by b order by a)"),
    ("sum(a) over (rows between 1 preceding and current row)", "sum(a) over (partition by b)"),
    ("count(distinct a) over (partition by b)", "count(a) over (partition by b)"),
    ("any_value(a)", "min(a)"),
    ("first(a order by b)", "arg_min(a, b)"),
    ("arbitrary(a)", "max(a)"),
    ("grouping(a, b)", "grouping(a)"),
    # Lists and what makes rows of them
    ("[1, 2]", "1"),
    ("{'a': 1}", "1"),
    ("map {'a': 1}", "1"),
    ("row(1, 2)", "1"),
    ("a[1]", "a"),
    ("list(a)", "max(a)"),
    ("unnest(a)", "a"),
    ("try(a)", "a"),
    ("columns(*)", "*"),
]
QUERIES = [
    ("select a from t union by name select a from u", "select a from t union select a from u"),
    ("select t.a from t asof join u on t.b >= u.b", "select t.a from t join u on t.b >= u.b"),
    ("select a from t pivot (sum(b) for c in ('x'))", "select sum(case when c = 'x' then b end) as a from t"),
    ("select b from t unpivot (b for c in (d, e))", "select d as b from t union all select e from t"),
    ("select a from read_parquet('x')", "select a from t"),
    ("select a from read_csv('x')", "select a from t"),
    ("select a from generate_series(1, 3) as t(a)", "select a from (values (1), (2), (3)) as t(a)"),
    ("select a from unnest([1]) as t(a)", "select a from t"),
    ("select a from t limit 1", "select a from t order by b limit 1"),
    ("select distinct on (a) a, b from t", "select distinct on (a) a, b from t order by a, b"),
    ("with u as materialized (select a from t) select a from u", "with u as (select a from t) select a from u"),
    ("select rank() over w as r from t window w as (partition by a)", "select rank() over w as r from t window w as (order by a)"),
]
FLOATS = [
    ("cast(a as double)", "cast(a as decimal(18, 2))"),
    ("cast(a as double) / nullif(b, 0)", "a * b"),
    ("avg(cast(a as double))", "sum(a)"),
    ("1e3 * a", "1000.5 * a"),
]
CASES = [
    *((f"select {bad} as z from t", f"select {good} as z from t", "marts") for bad, good in EXPRESSIONS),
    *((bad, good, "marts") for bad, good in QUERIES),
    *((f"select {bad} as z from t", f"select {good} as z from t", "core") for bad, good in FLOATS),
]


def said_of(sql: str, layer: str) -> list[str]:
    return list(departures(sql, sqlglot.parse_one(sql, dialect="duckdb"), layer))


@pytest.mark.parametrize(("bad", "good", "layer"), CASES)
def test_what_differs_is_named_and_its_portable_twin_is_not(bad, good, layer):
    assert said_of(bad, layer)
    assert said_of(good, layer) == []


def test_no_rule_is_without_a_case():
    said = " ".join(sentence for bad, _, layer in CASES for sentence in said_of(bad, layer))
    assert [instead for *_, instead in (*RULES, *BELOW_MARTS) if instead not in said] == []
    assert UNTRIED in said


def test_a_departure_is_named_with_its_line_and_its_words():
    known = "-- 15/12–14/12\nselect a\nfrom t\nwhere\n    day < cast($as_of as date)\n    and "
    (said,) = said_of(f"{known}finished_at\n        - received_at > 3", "core")
    assert said.startswith("line 6, finished_at - received_at: ")
    (said,) = said_of(f"{known}cast($as_of as timestamptz) > b", "core")
    assert said.startswith("line 6, CAST($as_of AS TIMESTAMPTZ): ")


@pytest.mark.parametrize("ratio", [bad for bad, _ in FLOATS])
def test_ratios_are_for_the_marts(ratio):
    assert said_of(f"select {ratio} as z from t", "marts") == []


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.sql")), ids=lambda path: path.stem)
def test_a_shipped_model_can_be_said_in_spark(path):
    sql = path.read_text(encoding="utf-8")
    query = sqlglot.parse_one(sql, dialect="duckdb")
    assert list(departures(sql, query, path.parent.name)) == []
    spark = query.sql("spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    again = sqlglot.parse_one(spark, dialect="spark")
    assert again.sql("spark") == spark
    assert [call.name for call in again.find_all(exp.Anonymous)] == []
