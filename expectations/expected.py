"""What a cell that breaks a rule should have held, said of one source: its forms of dates, its words, its registers."""

from transforms.profiles import Profile

_PARTS = {"%d": "dd", "%m": "MM", "%Y": "yyyy", "%H": "HH", "%M": "mm", "%S": "ss", ".%f": ".fff", "%f": "fff", "%z": "+07:00"}
_REGISTERS = {
    "UNIT_UNKNOWN": ["config/reference/units.csv", "config/reference/unit_alias.csv"],
    "PROCEDURE_UNKNOWN": ["config/reference/procedures.csv"],
}


def expected(rule: str, column: str, profile: Profile) -> list[str]:
    """The forms, the words or the registers one of which the cell should have followed; empty where the rule says it all."""
    match rule:
        case "DATE_UNREADABLE":
            return [readable_form(form) for form in profile.dates]
        case "WORD_UNKNOWN":
            return [word for spellings in profile.words_of(column).values() for word in spellings]
        case _:
            return _REGISTERS.get(rule, [])


def readable_form(form: str) -> str:
    """A form of dates as people write it: dd/MM/yyyy HH:mm."""
    for part, written in _PARTS.items():
        form = form.replace(part, written)
    return form
