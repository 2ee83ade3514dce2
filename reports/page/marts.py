"""What several views ask the marts for."""

from typing import Any

import duckdb

from transforms.duck import rows


def of_the_year(
    con: duckdb.DuckDBPyConnection, mart: str, plan: dict[str, Any], condition: str, order: str = "unit_code"
) -> list[dict[str, Any]]:
    """The rows of a mart that speak of the plan's year in the plan's calendar."""
    return rows(
        con,
        f"""select * from {mart} where calendar = $calendar and period_kind = 'year' and year(period_end) = $year and {condition}
            order by {order}""",
        {"calendar": plan["calendar"], "year": plan["year"]},
    )


def has_mart(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether the release has this mart: a page can be made of an older release."""
    return bool(con.execute("select 1 from information_schema.tables where table_name = $1", [name]).fetchall())
