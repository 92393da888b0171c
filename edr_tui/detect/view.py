"""The fields of one subject, each worked out once and only when a rule asks."""

from __future__ import annotations

from edr_tui.detect.fields import KEYWORD_FIELDS, Subject
from edr_tui.detect.value import Values


class View:
    """A subject while rules look at it."""

    __slots__ = ("_firm", "_values", "subject")

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._values: dict[str, Values] = {}
        self._firm: dict[str, Values] = {}

    def fill(self, field: str, values: Values) -> None:
        """Tell the values of a field that were worked out already."""
        self._values[field] = values

    def values(self, field: str) -> Values:
        """Every value of a field; empty where it is missing."""
        found = self._values.get(field)
        if found is None:
            found = self._values[field] = self.subject.values(field) or ()
        return found

    def firm(self, field: str) -> Values:
        """The values that the process could not choose: all that counts under not."""
        found = self._firm.get(field)
        if found is None:
            found = self._firm[field] = tuple(value for value in self.values(field) if value.firm)
        return found

    def texts(self, negated: bool) -> Values:
        """The values of all fields in which keywords are looked for."""
        pick = self.firm if negated else self.values
        return tuple(value for field in KEYWORD_FIELDS for value in pick(field))
