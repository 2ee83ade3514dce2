"""Writing the documents: the templates of the office filled in, one .docx each."""

import re
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import duckdb
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError

from reports.page.figures import target_figures
from reports.page.names import without_direction
from reports.word.gaps import GAP, mark_gaps
from reports.word.letters import letter_contexts
from reports.word.period_report import report_context
from reports.word.subject import read_subject
from reports.word.why_not_met import why_context
from transforms.errors import ConfigError

REPORT, LETTER, WHY = "bao-cao.docx", "don-doc.docx", "vi-sao-chua-dat.docx"
"""The templates, and what the documents made from them are called."""
TEMPLATES = (REPORT, LETTER, WHY)

_BROKEN = (TemplateError, XMLSyntaxError, PackageNotFoundError, BadZipFile, TypeError, KeyError, ValueError)
"""What a template raises that cannot be opened or whose tags do not fit together."""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_documents(
    con: duckdb.DuckDBPyConnection, manifest: dict[str, Any], period: str, unit: str, templates: dict[str, Path], target: Path
) -> None:
    """Write the report of the period, the page on why, and a letter to each unit with a reason for one.

    ``con`` has the release's marts as tables, ``templates`` the file of each template by its name; ``target`` is a folder that
    exists. The letters stand in ``don-doc``, named by the units' codes. ConfigError for an unknown unit or period and for a
    template that Word or the one who edited it broke.
    """
    subject = read_subject(con, manifest, period, unit)
    year, kind, month = subject.when()
    of_year = target_figures(con, year, "year")
    of_period = [row for row in target_figures(con, year, kind) if row["period_end"].month == month]
    _fill(templates[REPORT], report_context(con, subject, of_year, of_period), target / REPORT)
    _fill(templates[WHY], why_context(con, subject, of_period), target / WHY)
    letters = target / Path(LETTER).stem
    letters.mkdir()
    for recipient, context in letter_contexts(con, subject, of_period):
        _fill(templates[LETTER], context, letters / f"{recipient['stem']}.docx")


def _fill(template: Path, context: dict[str, Any], target: Path) -> None:
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=_printable)
    try:
        document = DocxTemplate(template)
        document.render(context | {"gap": GAP}, environment, autoescape=True)
    except _BROKEN as error:
        said = str(error).partition("\n")[0]
        raise ConfigError(
            f"Mẫu {template} không dùng được: {said}. Sửa mẫu trong Word theo docs/templates.md, hoặc lấy lại mẫu gốc.",
            f"The template {template} cannot be filled in: {said}. Mend it in Word by docs/templates.md, or take the shipped one.",
        ) from error
    mark_gaps(document.docx)
    document.save(target)


def _printable(value: Any) -> Any:
    """Text without marks of direction and without what no XML may hold."""
    return _NOT_IN_XML.sub("", without_direction(value)) if isinstance(value, str) else value
