"""Every way the program can refuse: a code and data, never prose.

The words live in ``texts/faults.toml`` in both languages and are joined to a fault at the door
(:func:`kichban.texts.fault_line`), so that a message can be asserted, translated and looked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one place of the inputs.

    Parameters
    ----------
    code
        Key of the fault catalogue: ``E-…`` stops the run, ``W-…`` is a warning.
    file
        Path relative to the study, ``""`` where the fault is not in a file.
    row
        Line in the file, the header being line 1; ``None`` where no line is meant.
    column
        Column or TOML key.
    value
        What stands there, as printed.
    detail
        Values for the placeholders of the catalogue's sentences.
    """

    code: str
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    detail: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_error(self) -> bool:
        """Whether the run stops.

        >>> Fault("W-ODD-001").is_error
        False
        """
        return self.code.startswith("E-")


class KichbanError(Exception):
    """Base of all refusals; `exit_code` is what the command line returns."""

    exit_code = 3


class InputError(KichbanError):
    """The inputs are at fault; carries every fault found, errors and warnings."""

    exit_code = 1

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            "; ".join(f"{f.code} {f.file}:{f.row or ''}:{f.column}" for f in self.faults)
        )


class UsageError(KichbanError):
    """The call itself is wrong: an unknown scenario, a mistyped option, a date that is none."""

    exit_code = 2

    def __init__(self, code: str, value: str = "", **detail: str) -> None:
        self.fault = Fault(code, value=value, detail=MappingProxyType(detail))
        super().__init__(f"{code} {value}")


class MachineError(KichbanError):
    """The machine or the program failed: no room on the disk, a lock held, a balance broken."""

    exit_code = 3

    def __init__(self, code: str, value: str = "", **detail: str) -> None:
        self.fault = Fault(code, value=value, detail=MappingProxyType(detail))
        super().__init__(f"{code} {value} {detail}")
