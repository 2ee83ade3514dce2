"""The canonical tables that every source is read into: their columns, what each is, and what identifies a row."""

from transforms.columns import Column, Entity
from transforms.registers import register_words, registers

ENTITIES = {
    "dossier": Entity(
        kind="dossier",
        columns=(
            Column("dossier_code", "code", needed=True),
            Column("procedure", "procedure"),
            Column("field_name", "field"),
            Column("receiving_unit", "unit"),
            Column("resolving_unit", "unit"),
            Column("channel", "word", may_be_empty=True),
            Column("status", "word", may_be_empty=True),
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
            Column("secrecy", "word", may_be_empty=True),
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
            Column("recipient_name", "text", needed=True, keeps="hash"),
            Column("event_code", "code", needed=True),
            Column("event_at", "time", needed=True),
        ),
        identity=("issuing_unit_code", "document_code", "issued_at", "recipient_name_hash", "event_code", "event_at"),
        covered_by="issued_at",
    ),
    **{name: register.entity(name) for name, register in registers().items()},
}
"""Every canonical table by its kind: what systems export, and the registers kept by hand."""

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
CHANNELS = ("in_person", "online", "postal", "other")
SECRECY = ("open", "secret")
WORDS = {"status": STATUSES, "channel": CHANNELS, "secrecy": SECRECY, **register_words()}
"""The normal forms that a source's words are mapped to."""
MOST_DAYS = 3660
"""Ten years: more days are no length of a supplement."""
