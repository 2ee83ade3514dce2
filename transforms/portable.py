"""What a model may not say, since DuckDB and Spark do not mean the same by it: a lint over the syntax tree.

Most of these differ in silence: both engines answer, with other figures. So a function is allowed when it was tried on both
and not before, and each construct that was seen to differ is named with what to write instead. No model is excepted.
"""

from collections.abc import Callable, Iterator

from sqlglot import exp

Rule = tuple[tuple[type[exp.Expression], ...], Callable[[exp.Expression], bool], str]
"""Kinds of node, the test that such a node departs, and why with what to write instead."""

_ORDERED = (
    *(exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile),
    *(exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue),
)
"""The window functions that mean nothing without an order."""

TRIED = (
    *_ORDERED,
    *(exp.And, exp.Or, exp.Case, exp.If, exp.Cast, exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least, exp.Exists),
    *(exp.Count, exp.Sum, exp.Min, exp.Max, exp.Avg, exp.Median, exp.ArgMin, exp.ArgMax, exp.LogicalAnd, exp.LogicalOr),
    *(exp.GroupConcat, exp.Grouping, exp.DateDiff, exp.DateTrunc, exp.TimestampTrunc, exp.Extract),
    *(exp.Year, exp.Quarter, exp.Month, exp.Day, exp.DayOfYear, exp.WeekOfYear, exp.LastDay, exp.DateFromParts),
    *(exp.Abs, exp.Sqrt, exp.Round, exp.Floor, exp.Ceil, exp.Upper, exp.Lower, exp.Length, exp.Substring, exp.Left, exp.Right),
    *(exp.Trim, exp.Pad, exp.Replace, exp.SplitPart, exp.Concat, exp.ConcatWs, exp.StartsWith, exp.EndsWith, exp.Contains),
    *(exp.StrPosition, exp.RegexpLike, exp.RegexpExtract, exp.RegexpReplace),
)
"""The functions that gave the same on both engines; one is added here once it has been tried."""
UNTRIED = "this function was not tried on both engines; try it, and name it in transforms/portable.py if they agree"

_TYPES = {exp.DType[name] for name in ("BOOLEAN", "INT", "BIGINT", "DECIMAL", "DOUBLE", "DATE", "TIMESTAMPNTZ", "TEXT")}
_MOMENT_TYPES = {exp.DType.DATE, exp.DType.TIMESTAMPNTZ}
_WHOLE_TYPES = {exp.DType.INT, exp.DType.BIGINT}
_FRACTION_TYPES = {exp.DType.DECIMAL, exp.DType.DOUBLE}
_MOMENT_NAMES = ("_at", "_date", "_from", "_to", "_start", "_end", "day")
"""How columns that hold dates and timestamps are named, for a syntax tree knows no types."""
_MOMENT_KEPT_BY = (
    *(exp.Min, exp.Max, exp.Coalesce, exp.Greatest, exp.Least, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue),
    *(exp.Window, exp.Paren, exp.Add, exp.Sub),
)
_MADE_WHOLE_BY = (exp.Floor, exp.Ceil, exp.Predicate)
_PARTS = {"YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DOY", "HOUR", "MINUTE"}


def departures(sql: str, query: exp.Query, layer: str) -> Iterator[str]:
    """What in a model of this layer is not portable: a sentence each, with the line, the words and what to write instead.

    ``query`` is what ``sql`` was parsed to.
    """
    rules = RULES if layer == "marts" else RULES + BELOW_MARTS
    for node in query.walk(bfs=False):
        said = [instead for kinds, departs, instead in rules if isinstance(node, kinds) and departs(node)]
        if not said and isinstance(node, exp.Func) and not isinstance(node, TRIED):
            said = [UNTRIED]
        for instead in said:
            line = sql.count("\n", 0, _start(node)) + 1
            yield f"line {line}, {_words(node)}: {instead}"


def _start(node: exp.Expression) -> int:
    """Where a node begins in its file, or what is around it: sqlglot notes it on names, literals and calls only.

    It notes lines as well, but counts them wrong behind a parameter.
    """
    starts = [part.meta["start"] for part in node.walk() if "start" in part.meta]
    return min(starts) if starts or not node.parent else _start(node.parent)


def _words(node: exp.Expression) -> str:
    words = node.sql("duckdb", comments=False)
    return words if len(words) <= 60 else f"{words[:57]}..."


def _always(_: exp.Expression) -> bool:
    return True


def _called(*names: str) -> Callable[[exp.Expression], bool]:
    return lambda node: node.name.lower() in names


def _is_moment(node: exp.Expression) -> bool:
    """Whether a node is a date or a timestamp, as far as casts and names tell."""
    if isinstance(node, exp.Cast):
        return node.to.this in _MOMENT_TYPES
    if isinstance(node, exp.Column):
        return node.name.lower().endswith(_MOMENT_NAMES)
    return isinstance(node, _MOMENT_KEPT_BY) and _is_moment(node.this)


def _is_day(node: exp.Expression) -> bool:
    return isinstance(node, exp.Cast) and node.to.this == exp.DType.DATE


def _is_fraction(node: exp.Expression) -> bool:
    """Whether a node may have digits after the point, as far as literals, divisions and casts tell."""
    parts = node.walk(prune=lambda part: isinstance(part, _MADE_WHOLE_BY) or _is_round(part))
    return any(
        (isinstance(part, exp.Literal) and not part.is_string and not part.is_int)
        or isinstance(part, exp.Div | exp.Avg | exp.Median)
        or (isinstance(part, exp.Cast) and part.to.this in _FRACTION_TYPES)
        for part in parts
    )


def _is_round(node: exp.Expression) -> bool:
    return isinstance(node, exp.Round) and not node.args.get("decimals")


def _may_be_zero(divisor: exp.Expression) -> bool:
    divisor = divisor.unnest()
    if isinstance(divisor, exp.Cast | exp.Neg):
        return _may_be_zero(divisor.this)
    if divisor.is_number:
        return not float(divisor.name)
    return not (isinstance(divisor, exp.Nullif) and divisor.expression.sql() == "0")


def _has_double(node: exp.Expression) -> bool:
    return any(cast.to.this == exp.DType.DOUBLE for cast in node.find_all(exp.Cast))


def _lacks_order(window: exp.Window) -> bool:
    """Whether a window ranks, looks at its neighbours or has a frame, and nothing says in which order."""
    select = window.find_ancestor(exp.Select)
    named = [w for w in select.args.get("windows") or [] if w.name == window.alias] if window.alias else []
    if any(part.args.get("order") for part in (window, *named)):
        return False
    function = window.this.this if isinstance(window.this, exp.IgnoreNulls | exp.RespectNulls) else window.this
    return isinstance(function, _ORDERED) or any(part.args.get("spec") for part in (window, *named))


_ZONES = "zones are settled in intake; a model reads local timestamps"
_TEXT = "text is settled in intake; a model reads what it made of it"
_WEEKDAYS = "engines number and name weekdays differently; join the calendar"
_LISTS = "Spark writes lists, structs and maps differently; write rows and join them"
_FILES = "a model reads tables; files are read in intake"
_PERCENTILES = "engines interpolate differently; write median(…), or take the row at that rank by row_number()"
_ANY = "which row it takes is chance; write min(…), max(…) or arg_max(…, …)"

RULES: tuple[Rule, ...] = (
    # Time
    (
        (exp.DateDiff,),
        lambda n: n.text("unit").upper() != "DAY" or not (_is_day(n.this.unnest()) and _is_day(n.expression.unnest())),
        "boundaries here, elapsed time on Spark; write date_diff('day', cast(… as date), cast(… as date))",
    ),
    (
        (exp.Sub,),
        lambda n: _is_moment(n.expression.unnest()),
        "a number here, an interval on Spark; write date_diff('day', cast(… as date), cast(… as date))",
    ),
    ((exp.DateTrunc, exp.TimestampTrunc), lambda n: not _is_day(n.parent), "its type differs; write cast(date_trunc(…) as date)"),
    (
        (exp.Interval,),
        lambda n: not isinstance(n.this, exp.Literal) or isinstance(n.parent, exp.Mul),
        "Spark reads no computed interval; add the days to the date as an integer",
    ),
    ((exp.DayOfWeek, exp.DayOfWeekIso, exp.Dayname, exp.Monthname), _always, _WEEKDAYS),
    ((exp.Anonymous,), _called("weekday", "yearweek"), _WEEKDAYS),
    ((exp.Extract,), lambda n: n.name.upper() not in _PARTS, f"both know year to minute alike; {_WEEKDAYS}"),
    ((exp.Anonymous,), _called("date_part", "datepart"), "its part is checked by no one; write extract(… from …)"),
    ((exp.AtTimeZone,), _always, _ZONES),
    ((exp.Anonymous,), _called("timezone"), _ZONES),
    ((exp.CurrentDate, exp.CurrentTimestamp), _always, "a release is as of a day; bind $as_of"),
    # Text
    ((exp.StrToTime, exp.StrToDate, exp.TryCast), _always, _TEXT),
    ((exp.Anonymous,), _called("try_strptime", "strip_accents", "nfc_normalize"), _TEXT),
    ((exp.TimeToStr,), _always, "patterns differ; write cast(… as varchar) and substring(…), or format in reports"),
    (
        (exp.RegexpReplace,),
        lambda n: "g" not in n.text("modifiers"),
        "the first match here, all of them on Spark; give the option 'g'",
    ),
    ((exp.GroupConcat,), lambda n: not n.find(exp.Order), "its order is chance; write string_agg(…, … order by …)"),
    # Numbers
    (
        (exp.Cast,),
        lambda n: n.to.this not in _TYPES,
        "not a type of both; they share boolean, int, bigint, decimal(p, s), date, timestamp and varchar, and double in marts",
    ),
    (
        (exp.Cast,),
        lambda n: n.to.this in _WHOLE_TYPES and _is_fraction(n.this),
        "rounded here, cut off on Spark; write floor(…) or round(…) inside the cast",
    ),
    (
        (exp.Div, exp.IntDiv, exp.Mod),
        lambda n: _may_be_zero(n.expression),
        "infinite or null here, an error on Spark where it divides by zero; write nullif(…, 0)",
    ),
    (
        (exp.Div,),
        lambda n: not _has_double(n),
        "decimals keep other digits; write cast(… as double) / nullif(…, 0)",
    ),
    ((exp.IntDiv,), _is_fraction, "of decimals it is not whole here; write floor(… / nullif(…, 0))"),
    ((exp.Avg, exp.Median), lambda n: not _has_double(n), "decimals keep other digits; take it of cast(… as double)"),
    ((exp.PercentileCont, exp.PercentileDisc, exp.Quantile, exp.ApproxQuantile), _always, _PERCENTILES),
    ((exp.CountIf,), _always, "null here and 0 on Spark where nothing is known; write count(case when … then 1 end)"),
    # Rows and their order
    ((exp.Window,), _lacks_order, "its order is chance; give the window an order by that ends in a key"),
    ((exp.Window,), lambda n: bool(n.this.find(exp.Distinct)), "Spark counts nothing distinct over a window; group first"),
    ((exp.AnyValue, exp.First, exp.Last), _always, _ANY),
    ((exp.Anonymous,), _called("arbitrary"), _ANY),
    ((exp.Limit,), lambda n: not n.parent.args.get("order"), "which rows it keeps is chance; give the query an order by"),
    (
        (exp.Distinct,),
        lambda n: bool(n.args.get("on")) and not n.parent.args.get("order"),
        "which row it keeps is chance; give the query an order by",
    ),
    ((exp.Grouping,), lambda n: len(n.expressions) > 1, "Spark's takes one column; write a grouping(…) a column"),
    # Shapes of queries
    ((exp.SetOperation,), lambda n: bool(n.args.get("by_name")), "Spark has no union by name; name the columns in one order"),
    (
        (exp.Join,),
        lambda n: n.method in {"ASOF", "POSITIONAL"},
        "Spark has no such join; join on a range and keep the row whose row_number() is 1",
    ),
    ((exp.CTE,), lambda n: n.args.get("materialized") is not None, "Spark knows no such hint; leave it out"),
    ((exp.Pivot,), _always, "Spark writes it differently; write one sum(case when … end) a column"),
    ((exp.Columns,), _always, "Spark has no columns(…); name the columns"),
    ((exp.Try,), _always, "Spark has no try(…); guard the argument"),
    ((exp.ReadCSV, exp.ReadParquet), _always, _FILES),
    ((exp.Array, exp.ArrayAgg, exp.Struct, exp.Map, exp.ToMap, exp.Bracket, exp.Dot), _always, _LISTS),
    ((exp.Anonymous,), _called("row"), _LISTS),
    ((exp.Unnest, exp.Explode, exp.GenerateSeries), _always, "Spark unfolds differently; join a table of the rows"),
)
"""What holds in every layer."""

_FLOATS = "below the marts all is additive; count here, and divide in the marts"
BELOW_MARTS: tuple[Rule, ...] = (
    ((exp.Div, exp.Avg, exp.Median), _always, _FLOATS),
    ((exp.Cast,), lambda n: n.to.this == exp.DType.DOUBLE, _FLOATS),
    ((exp.Literal,), lambda n: not n.is_string and "e" in n.this.lower(), f"an exponent makes a float; {_FLOATS}"),
)
"""What holds below the marts too: counts below, ratios on top."""
