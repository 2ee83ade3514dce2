"""What a document says where there is no figure: a visible gap and the reason, for a person to fill in."""

import re
from copy import deepcopy
from typing import Any

from docx.document import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.text.run import Run

from reports.numbers import count
from reports.page.figures import shown
from reports.words import STATE_WORDS

GAP = "«………»"
"""Stands where a figure, or what only a person can say, is missing."""


def gap(reason: str) -> str:
    """A gap with its reason."""
    return f"{GAP} ({reason})"


def figure_said(row: dict[str, Any] | None) -> str:
    """A figure as a document says it: 94,55% (46.034/48.686), *không phát sinh*, or a gap with its reason.

    ``row`` is one that `reports.page.figures.shown` takes; None where the marts have none.
    """
    if row is None:
        return gap(STATE_WORDS["missing_data"][1])
    told = shown(row)
    if told["fraction"]:
        return f"{told['text']} ({told['fraction']})"
    if told["state"] == "no_activity":
        return told["said"][0]
    return gap(": ".join([told["said"][0], *(told["reason"] or ())[:1]]))


def count_said(number: int | None) -> str:
    """A count, or a gap where it is not known."""
    return GAP if number is None else count(number)


def mark_gaps(document: Document) -> None:
    """Highlight every gap of a document, and nothing else of the sentence that it stands in."""
    for element in [run for run in document.element.body.iter(qn("w:r")) if GAP in Run(run, None).text]:
        pieces = [piece for piece in re.split(f"({re.escape(GAP)})", Run(element, None).text) if piece]
        for piece in pieces:
            copied = deepcopy(element)
            element.addprevious(copied)
            run = Run(copied, None)
            run.text = piece
            if piece == GAP:
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
        element.getparent().remove(element)
