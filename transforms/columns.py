"""What a canonical table is made of: its columns, their roles, and what identifies a row."""

from dataclasses import dataclass, field
from typing import Literal

RESOLVED_STATUSES = ("DONE_WAIT_RETURN", "RETURNED")
"""A list of what was resolved holds these for sure; whether also what was withdrawn or rejected differs by system."""
CLOSED_STATUSES = (*RESOLVED_STATUSES, "REJECTED", "WITHDRAWN", "CANCELLED")
"""A list of what is open holds none of these."""
Role = Literal["code", "sign", "text", "time", "number", "amount", "word", "unit", "procedure", "field", "recipient", "recipients"]


@dataclass(frozen=True)
class Column:
    """A column that a profile can map to headers.

    ``code`` identifies; ``time`` becomes a local timestamp; ``number`` a whole number, 0 where the cell is empty, and
    ``amount`` one that is null there; a ``word`` becomes its normal form beside ``<name>_raw``; a ``unit`` or ``procedure``
    name becomes ``<name>_code``; a ``field`` is kept as written where the catalogue knows it, and a ``sign`` where it looks
    like a document's number. A ``text`` may say anything of anybody, so that it is not kept itself, only that there is one
    (``has_<name>``). A ``recipient`` may be anybody too: kept are a hash that tells it from others, and its unit where it is
    one. ``recipients`` are many in one cell: kept are those that are units or groups of them, and how many are outside the
    office or not known. What no column of a file says is null. A unit or word that ``may_be_empty`` need not stand in every row.
    """

    name: str
    role: Role
    needed: bool = False
    may_be_empty: bool = False

    @property
    def outputs(self) -> dict[str, str]:
        """The canonical columns that it gives, with their types."""
        name = self.name
        special = {
            "time": {name: "TIMESTAMP"},
            "number": {name: "INTEGER"},
            "amount": {name: "INTEGER"},
            "word": {name: "VARCHAR", f"{name}_raw": "VARCHAR"},
            "unit": {f"{name}_code": "VARCHAR"},
            "procedure": {f"{name}_code": "VARCHAR", f"{name}_name": "VARCHAR"},
            "text": {f"has_{name}": "BOOLEAN"},
            "recipient": {f"{name}_hash": "VARCHAR", "recipient_unit_code": "VARCHAR"},
            "recipients": {name: "VARCHAR", f"{name}_outside_count": "INTEGER", f"{name}_unknown_count": "INTEGER"},
        }
        return special.get(self.role, {name: "VARCHAR"})


@dataclass(frozen=True)
class Entity:
    """A canonical table: a source's rows that agree in ``identity`` speak of the same thing; none of it is ever null.

    Of two rows of one file that speak of the same thing the last one holds; where ``has_one_answer``, rows that say
    different things are all kept out.
    """

    kind: str
    columns: tuple[Column, ...]
    identity: tuple[str, ...]
    covered_by: str
    """The date by which a list is cut, unless it says otherwise."""
    derived: dict[str, str] = field(default_factory=dict)
    has_one_answer: bool = False

    @property
    def code(self) -> str:
        """The column that names what a row speaks of; without a code, the first one."""
        return next((column.name for column in self.columns if column.role == "code"), self.columns[0].name)

    @property
    def key_hash(self) -> str:
        """The SQL of the hash by which a row kept in quarantine still counts as present; null where a part is missing."""
        return f"md5({' || chr(31) || '.join(f'cast({column} as varchar)' for column in self.identity)})"

    def covered_when(self, by: str, first: str, last: str) -> str:
        """The SQL of the rows that a list claims to hold: cut ``by`` what, from the day ``first`` to ``last``, each SQL or null."""
        column, condition = self._cut(by)
        return f"""{condition} and ({first}::date is null or cast({column} as date) >= {first})
             and ({last}::date is null or cast({column} as date) <= {last})"""

    def outside_when(self, by: str, first: str, last: str) -> str:
        """The SQL of the rows that such a list should not hold; a row without the date is not outside."""
        column, condition = self._cut(by)
        # What was withdrawn or rejected may stand in a list of what was resolved, or not.
        is_other = {"received": "false", "resolved": f"status not in {CLOSED_STATUSES}", "open": f"not ({condition})"}[by]
        return f"({is_other} or cast({column} as date) < {first}::date or cast({column} as date) > {last}::date)"

    def _cut(self, by: str) -> tuple[str, str]:
        """The date by which a list is cut, and what else its rows have in common."""
        return {
            "received": (self.covered_by, "true"),
            "resolved": ("finished_at", f"status in {RESOLVED_STATUSES}"),
            "open": (self.covered_by, f"status not in {CLOSED_STATUSES}"),
        }[by]

    @property
    def content(self) -> dict[str, str]:
        """Every canonical column with its type; two rows alike in all of them say the same."""
        return {name: kind for column in self.columns for name, kind in column.outputs.items()} | self.derived
