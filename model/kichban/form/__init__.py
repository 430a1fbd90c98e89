"""Forms in Excel, out and in: one mechanism for every table that a schema describes."""

from kichban.form.identity import Identity, identify
from kichban.form.read import FormRow, Reading, read_form
from kichban.form.values import (
    MARK,
    NO_LABEL,
    Field,
    Form,
    Reference,
    Row,
    Sheet,
    Value,
)
from kichban.form.write import write_form

__all__ = [
    "MARK",
    "NO_LABEL",
    "Field",
    "Form",
    "FormRow",
    "Identity",
    "Reading",
    "Reference",
    "Row",
    "Sheet",
    "Value",
    "identify",
    "read_form",
    "write_form",
]
