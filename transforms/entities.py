"""The canonical tables that every source is read into: their columns, what each is, and what identifies a row."""

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["code", "text", "time", "number", "word", "unit", "procedure"]


@dataclass(frozen=True)
class Column:
    """A column that a profile can map to headers.

    ``code`` identifies; ``text`` is kept as written; ``time`` becomes a local timestamp; ``number`` a whole number, 0 where
    the cell is empty; a ``word`` becomes its normal form beside ``<name>_raw``; a ``unit`` or ``procedure`` name becomes
    ``<name>_code``. What no column of a file says is null.
    """

    name: str
    role: Role
    needed: bool = False

    @property
    def outputs(self) -> dict[str, str]:
        """The canonical columns that it gives, with their types."""
        match self.role:
            case "time":
                return {self.name: "TIMESTAMP"}
            case "number":
                return {self.name: "INTEGER"}
            case "word":
                return {self.name: "VARCHAR", f"{self.name}_raw": "VARCHAR"}
            case "unit":
                return {f"{self.name}_code": "VARCHAR"}
            case "procedure":
                return {f"{self.name}_code": "VARCHAR", f"{self.name}_name": "VARCHAR"}
            case _:
                return {self.name: "VARCHAR"}


@dataclass(frozen=True)
class Entity:
    """A canonical table: a source's rows that agree in ``identity`` speak of the same thing; none of it is ever null."""

    kind: str
    columns: tuple[Column, ...]
    identity: tuple[str, ...]
    covered_by: str
    """The date by which a list is cut, unless it says otherwise."""
    derived: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The column that names what a row speaks of."""
        return next(column.name for column in self.columns if column.role == "code")

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


ENTITIES = {
    "dossier": Entity(
        kind="dossier",
        columns=(
            Column("dossier_code", "code", needed=True),
            Column("procedure", "procedure"),
            Column("field_name", "text"),
            Column("receiving_unit", "unit"),
            Column("resolving_unit", "unit"),
            Column("channel", "word"),
            Column("status", "word"),
            Column("submitted_at", "time"),
            Column("received_at", "time", needed=True),
            Column("due_at", "time", needed=True),
            Column("finished_at", "time", needed=True),
            Column("returned_at", "time"),
            Column("original_due_at", "time"),
            Column("new_due_at", "time"),
            Column("supplement_count", "number"),
            Column("supplement_days", "number"),
            Column("supplement_requested_at", "time"),
            Column("supplement_completed_at", "time"),
        ),
        identity=("dossier_code",),
        covered_by="received_at",
        # The due date that the list gives besides a new one, later by as much as the last supplement took; null where the
        # file does not speak of supplements.
        derived={"extended_due_at": "TIMESTAMP"},
    ),
    "document": Entity(
        kind="document",
        columns=(
            Column("document_code", "code", needed=True),
            Column("issued_at", "time", needed=True),
            Column("issuing_unit", "unit", needed=True),
            Column("secrecy", "word"),
            Column("exclusion_ground", "text"),
        ),
        identity=("issuing_unit_code", "document_code", "issued_at"),
        covered_by="issued_at",
    ),
    "transmission": Entity(
        kind="transmission",
        columns=(
            Column("document_code", "code", needed=True),
            Column("issued_at", "time", needed=True),
            Column("issuing_unit", "unit", needed=True),
            Column("recipient_name", "text", needed=True),
            Column("event_code", "text", needed=True),
            Column("event_at", "time", needed=True),
        ),
        identity=("issuing_unit_code", "document_code", "issued_at", "recipient_name", "event_code", "event_at"),
        covered_by="issued_at",
    ),
}

STATUSES = (
    "REGISTERED",
    "RECEIVED",
    "PROCESSING",
    "SUPPLEMENT",
    "FINANCIAL",
    "PAUSED",
    "DONE_WAIT_RETURN",
    "RETURNED",
    "REJECTED",
    "WITHDRAWN",
    "CANCELLED",
)
RESOLVED_STATUSES = ("DONE_WAIT_RETURN", "RETURNED")
"""A list of what was resolved holds these for sure; whether also what was withdrawn or rejected differs by system."""
CLOSED_STATUSES = (*RESOLVED_STATUSES, "REJECTED", "WITHDRAWN", "CANCELLED")
"""A list of what is open holds none of these."""
CHANNELS = ("in_person", "online", "postal", "other")
SECRECY = ("open", "secret")
WORDS = {"status": STATUSES, "channel": CHANNELS, "secrecy": SECRECY}
"""The normal forms that a source's words are mapped to."""
MOST_DAYS = 3660
"""Ten years: more days are no length of a supplement."""
