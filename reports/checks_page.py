"""The page of a release that says which checks were made and what they came to."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports import numbers

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write_checks_page(verdict_json: Mapping[str, Any], manifest: Mapping[str, Any], target: Path) -> None:
    """Write the page of a verdict (as ``Verdict.as_json`` gives it) to ``target``: one file that loads nothing.

    Of the manifest it shows ``id``, ``as_of`` (an ISO date) and ``inputs`` (``source``, ``file_name``, ``sha256``,
    ``exported_at`` as an ISO time, or None). The same verdict and manifest give the same bytes.
    """
    results = verdict_json["results"]
    bad = [result for result in results if result["state"] == "broken" or _failed(result, "release")]
    warnings = [result for result in results if _failed(result, "warning")]
    passed = [result for result in results if result["state"] == "passed"]
    page = _TEMPLATES.get_template("checks.html").render(
        blocks=verdict_json["blocks"], bad=bad, warnings=warnings, passed=passed, manifest=manifest
    )
    target.write_text(page, encoding="utf-8", newline="\n")


def _failed(result: Mapping[str, Any], severity: str) -> bool:
    return result["state"] == "failed" and result["severity"] == severity


def _day(iso: str) -> str:
    return numbers.date(datetime.fromisoformat(iso))


def _moment(iso: str | None) -> str:
    return f"{datetime.fromisoformat(iso):%H:%M} {_day(iso)}" if iso else "chưa rõ"


_TEMPLATES.filters |= {"count": numbers.count, "day": _day, "moment": _moment}
