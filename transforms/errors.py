"""The one family of exceptions: what is wrong, where, and what to do, in Vietnamese and English."""


class MotcuaError(Exception):
    """Base of every error that a user is meant to read; ``exit_code`` is what the command ends with."""

    exit_code = 1

    def __init__(self, vi: str, en: str):
        super().__init__(en)
        self.vi = vi
        self.en = en

    def __reduce__(self):
        return type(self), (self.vi, self.en)


class ConfigError(MotcuaError):
    """Wrong use or configuration: nothing was changed."""

    exit_code = 2


class PullError(MotcuaError):
    """A source's folder cannot be read just now; the one error worth another try."""

    exit_code = 1


class FileRefusedError(MotcuaError):
    """A whole file cannot be accepted; it stays landed and is named, the others go on. ``rule`` is the file rule it breaks."""

    exit_code = 1

    def __init__(self, vi: str, en: str, rule: str = "FILE_UNREADABLE"):
        super().__init__(vi, en)
        self.rule = rule

    def __reduce__(self):
        return type(self), (self.vi, self.en, self.rule)


def refused(name: str, vi: str, en: str, rule: str = "FILE_UNREADABLE") -> FileRefusedError:
    """The refusal of the file ``name`` by a file rule, for a reason that completes the sentence in each language."""
    return FileRefusedError(f"Không nhận tệp {name}: {vi}.", f"The file {name} is refused: {en}.", rule)


class ChecksFailedError(MotcuaError):
    """A check of release severity failed or crashed: nothing was published."""

    exit_code = 1


class StorageError(MotcuaError):
    """The home's own disk does not take or give what it should: no space, no permission, no memory."""

    exit_code = 1


class ExportGoneError(StorageError):
    """The bytes of an export are not kept any more: pruned, or lost."""

    exit_code = 1


class PublishError(MotcuaError):
    """The release could not be written (no disk left, no permission): the current one stays."""

    exit_code = 1


class FigureError(MotcuaError):
    """A figure of a release is not what stands behind it in the same release."""

    exit_code = 1


class BusyError(MotcuaError):
    """Another run holds the lock."""

    exit_code = 75
