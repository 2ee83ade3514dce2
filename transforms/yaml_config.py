"""Configuration files: YAML checked by a pydantic model, with errors that name the file, the line and the mistake."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from transforms.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same as SafeLoader and ten times as fast, where Python's YAML was built with libyaml."""


class StrictModel(BaseModel):
    """A part of a configuration file: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def load_yaml(path: Path, model: type[Model], context: dict[str, Any] | None = None) -> Model:
    """Read one YAML file as ``model``; ConfigError names file, line and what is wrong with it.

    ``context`` is what the model's checks know besides the file.
    """
    try:
        text = path.read_text(encoding="utf-8")
        tree = yaml.compose(text, Loader=_Loader)
        content = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _config_error(path, line, str(error.problem)) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise _config_error(path, 1, str(error)) from error
    except ValueError as error:  # a day that is in no calendar
        raise _config_error(path, _line_of_bad_day(tree), str(error)) from error
    if repeated := _repeated_key(tree):
        raise _config_error(path, repeated.start_mark.line + 1, f"{repeated.value} stands twice in one place")
    try:
        return model.model_validate(content if content is not None else {}, context=context)
    except re.error as error:
        line = text[: max(text.find(str(error.pattern)), 0)].count("\n") + 1
        raise _config_error(path, line, f"{error.pattern}: {error.msg}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise _config_error(path, _line_of(tree, first["loc"]), f"{where}: {first['msg']}") from error


def _config_error(path: Path, line: int, problem: str) -> ConfigError:
    return ConfigError(
        f"{path}, dòng {line}: {problem}. Hãy sửa tệp cấu hình này rồi chạy lại.",
        f"{path}, line {line}: {problem}. Mend this configuration file and run again.",
    )


def _line_of(node: yaml.Node | None, location: tuple) -> int:
    """The line where the value at ``location`` stands, or of the deepest part of it that exists."""
    line = node.start_mark.line if node else 0
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
    return line + 1


def _repeated_key(node: yaml.Node | None) -> yaml.ScalarNode | None:
    """A key that its mapping has already; YAML would let the later one win without a word."""
    children = []
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                return key
            seen.add(key.value)
            children.append(value)
    elif isinstance(node, yaml.SequenceNode):
        children = node.value
    return next((found for child in children if (found := _repeated_key(child))), None)


def _line_of_bad_day(node: yaml.Node | None) -> int:
    """The line of the first value written like a date that is none."""
    for scalar in _scalars(node):
        try:
            yaml.SafeLoader("").construct_object(scalar)
        except ValueError:
            return scalar.start_mark.line + 1
    return 1


def _scalars(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from _scalars(part)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from (*_scalars(key), *_scalars(value))
