"""Closing a period (chốt số liệu): the figures of a release as they were filed, kept for good."""

from datetime import datetime
from pathlib import Path

from flows.home import Home, prepare_home
from flows.lock import writing
from flows.publish import read_manifest
from flows.query import find_release
from flows.settings import load_config
from transforms.closings import CLOSING_COLUMNS, CLOSING_FILE, manifest_hash
from transforms.duck import connect, rows
from transforms.errors import ConfigError
from transforms.labels import nearest
from transforms.periods import PeriodName, named_period
from transforms.register_file import read_register_file, register_text, replace_file


def close_period(
    home: Home,
    period: str,
    document: str,
    calendar: str = "",
    release_id: str | None = None,
    reason: str = "",
    *,
    again: bool = False,
) -> dict[str, str]:
    """Enter a period into the ledger of closings, with the current release's figures or a named one's; the new line.

    Without a ``calendar``, in that of the release's plan.

    ConfigError when the period is not over or its figures may still change and there is no ``reason``, and when it is closed
    already, unless ``again`` with another document: then both closings stand.
    """
    prepare_home(home)
    config = load_config(home)
    if not document.strip():
        raise ConfigError("--document cần số, ký hiệu của văn bản báo cáo.", "--document needs the number of the report.")
    if calendar and calendar not in config.settings.first_days:
        known = ", ".join(nearest(calendar, config.settings.first_days) or config.settings.first_days)
        raise ConfigError(f"Không có lịch {calendar}; hiện có: {known}.", f"There is no calendar {calendar}; there are: {known}.")
    with writing(home, f"motcua close --period {period}"):
        release = find_release(home, release_id)
        calendar = calendar or read_manifest(release)["plan"]["calendar"]
        days = _days_of(release, calendar, named_period(period), period, has_reason=bool(reason.strip()))
        ledger = home.reference / CLOSING_FILE
        columns, closings = read_register_file(ledger, CLOSING_COLUMNS)
        _refuse_a_second_closing(closings, calendar, days, period, document, again=again)
        closing = {
            "closing_number": str(len(closings) + 1),
            "calendar": calendar,
            "period": period.upper(),
            **days,
            "document": document.strip(),
            "release_id": release.name,
            "manifest_sha256": manifest_hash(release),
            "closed_date": datetime.now().astimezone().date().isoformat(),
            "reason": reason.strip(),
        }
        replace_file(ledger, register_text(ledger, columns, [*closings, closing]))
        return closing


def _days_of(release: Path, calendar: str, wanted: PeriodName, period: str, *, has_reason: bool) -> dict[str, str]:
    """The days of a period that a release has figures of, and the day that it is of."""
    con = connect(release / "marts.duckdb", read_only=True)
    try:
        found = rows(
            con,
            """select period_kind, cast(period_start as varchar) as period_start, cast(period_end as varchar) as period_end,
                      cast(as_of_date as varchar) as as_of_date, bool_or(is_provisional) as is_provisional
               from indicator_value
               where calendar = $calendar and period_kind = $kind and year(period_end) = $year and month(period_end) = $month
                 and denominator > 0
               group by all""",
            {"calendar": calendar, **wanted._asdict()},
        )
    finally:
        con.close()
    if not found:
        raise ConfigError(
            f"Bản {release.name} không có số liệu của kỳ {period} theo lịch {calendar}.",
            f"The release {release.name} has no figures of {period} in the calendar {calendar}.",
        )
    (days,) = found
    if days.pop("is_provisional") and not has_reason:
        raise ConfigError(
            f"Số liệu kỳ {period} ({days['period_start']}–{days['period_end']}) trong bản {release.name} còn tạm tính: "
            "kỳ chưa hết, hoặc chưa đủ tệp kết xuất sau ngày cuối kỳ. Chờ tệp mới rồi chạy "
            "`motcua run`; nếu vẫn phải chốt, ghi --reason.",
            f"The figures of {period} ({days['period_start']}–{days['period_end']}) in {release.name} are provisional: "
            "it is not over, or a source has sent no export since. Wait for it and run `motcua run`; to close it all the same, "
            "give --reason.",
        )
    return days


def _refuse_a_second_closing(
    closings: list[dict[str, str]], calendar: str, days: dict[str, str], period: str, document: str, *, again: bool
) -> None:
    place = (calendar, days["period_kind"], days["period_start"], days["period_end"])
    former = [c for c in closings if tuple(c[name] for name in ("calendar", "period_kind", "period_start", "period_end")) == place]
    if not former:
        return
    documents = ", ".join(closing["document"] for closing in former)
    if not again:
        raise ConfigError(
            f"Kỳ {period} đã chốt theo {documents}. Chốt lại thì thêm --again với văn bản mới; lần chốt cũ vẫn giữ.",
            f"{period} was closed with {documents}. To close it again add --again and a new document; the former one stays.",
        )
    if document.strip() in {closing["document"] for closing in former}:
        raise ConfigError(
            f"Chốt lại kỳ {period} cần một văn bản khác {document}.",
            f"Closing {period} again needs another document than {document}.",
        )
