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
            Column("exclusion_ground", "word", may_be_empty=True),
            Column("recipients", "recipients"),
            Column("is_paper_sent", "word", may_be_empty=True),
            Column("is_signed", "word", may_be_empty=True),
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
            Column("recipient_name", "recipient", needed=True),
            Column("event_code", "word", needed=True),
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
SECRECY = ("open", "secret", "top_secret", "absolute_secret")
"""The classes of secrets: Mật, Tối mật, Tuyệt mật; where a list does not tell them apart, all are ``secret``."""
GROUNDS = ("paper_original", "large_format", "not_connected", "other")
"""Why a document may stay off the network: its paper original is asked for, its format does not fit, the recipient cannot
receive it, or a ground that only the office's own rules name."""
EVENTS = {
    **{f"0{n}": [f"0{n}", str(n)] for n in range(1, 7)},
    **{"13": ["13"], "15": ["15", "14"], "16": ["16"], "none": []},
}
"""The status codes of edXML messages as they are written, also without the zero that a spreadsheet drops; 14 is another
spelling of 15. A code that says nothing of whether a document arrived, as local ones may, is ``none``."""
YES_NO = ("yes", "no")
WORDS = {
    **{"status": STATUSES, "channel": CHANNELS, "secrecy": SECRECY, "exclusion_ground": GROUNDS, "event_code": tuple(EVENTS)},
    **{"is_paper_sent": YES_NO, "is_signed": YES_NO},
    **register_words(),
}
"""The normal forms that a source's words are mapped to."""
STANDARD_WORDS = {"event_code": EVENTS}
"""Words that mean the same in every source, so that a profile need not list them."""
UNKNOWN_RECIPIENT = "RECIPIENT_UNKNOWN"
"""The row rule that warns of recipients; its rows are read again once more names are known."""
MOST_DAYS = 3660
"""Ten years: more days are no length of a supplement."""
