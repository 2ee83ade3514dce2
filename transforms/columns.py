"""What a canonical table is made of: its columns, their roles, and what identifies a row."""

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["code", "sign", "text", "time", "number", "amount", "word", "unit", "procedure", "field"]


@dataclass(frozen=True)
class Column:
    """A column that a profile can map to headers.

    ``code`` identifies; ``time`` becomes a local timestamp; ``number`` a whole number, 0 where the cell is empty, and
    ``amount`` one that is null there; a ``word`` becomes its normal form beside ``<name>_raw``; a ``unit`` or ``procedure``
    name becomes ``<name>_code``; a ``field`` is kept as written where the catalogue knows it, and a ``sign`` where it looks
    like a document's number. A ``text`` may say anything of anybody, so that it is not kept itself: only a hash, where texts
    must be told apart (``<name>_hash``), or that there is one (``has_<name>``). What no column of a file says is null. A unit
    or word that ``may_be_empty`` need not stand in every row.
    """

    name: str
    role: Role
    needed: bool = False
    may_be_empty: bool = False
    keeps: Literal["hash", "presence"] = "presence"

    @property
    def outputs(self) -> dict[str, str]:
        """The canonical columns that it gives, with their types."""
        match self.role:
            case "time" | "number" | "amount":
                return {self.name: "TIMESTAMP" if self.role == "time" else "INTEGER"}
            case "word":
                return {self.name: "VARCHAR", f"{self.name}_raw": "VARCHAR"}
            case "unit":
                return {f"{self.name}_code": "VARCHAR"}
            case "procedure":
                return {f"{self.name}_code": "VARCHAR", f"{self.name}_name": "VARCHAR"}
            case "text":
                return {f"{self.name}_hash": "VARCHAR"} if self.keeps == "hash" else {f"has_{self.name}": "BOOLEAN"}
            case _:
                return {self.name: "VARCHAR"}


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

    @property
    def content(self) -> dict[str, str]:
        """Every canonical column with its type; two rows alike in all of them say the same."""
        return {name: kind for column in self.columns for name, kind in column.outputs.items()} | self.derived
