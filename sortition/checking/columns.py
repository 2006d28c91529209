"""Where the columns stand that a quota spec names."""

from __future__ import annotations

from sortition.checking.findings import Findings, quoted
from sortition.checking.spelling import did_you_mean, spelling_key
from sortition.messages import phrase
from sortition.model import Pool, Quotas

_UPRN = {"uprn", "unique property reference number"}


class Columns:
    """Where the columns stand that the quota spec names; None where there is a fault."""

    def __init__(self, pool: Pool, quotas: Quotas, findings: Findings) -> None:
        self._names = pool.columns
        self._findings = findings
        self.ids = self._find(quotas.id_column, phrase("ids"))
        self.categories = [
            self._find(category.column, phrase("category {category}", category=category.name))
            for category in quotas.categories
        ]
        self.household = [self._find(column, phrase("households")) for column in quotas.household_columns]
        self.uprn = self._uprn() if quotas.household_columns else None
        self.exclude = [self._find(exclusion.column, phrase("exclusions")) for exclusion in quotas.exclude]

    def _uprn(self) -> int | None:
        """Give the position of a column of UPRNs, unless households are told by it anyway."""
        found = [number for number, column in enumerate(self._names) if spelling_key(column) in _UPRN]
        return found[0] if len(found) == 1 and found[0] not in self.household else None

    def _find(self, name: str, purpose: str) -> int | None:
        """Give the position of a column, by its exact name or else by spelling key; a fault if there is none."""
        if name in self._names:
            return self._names.index(name)
        key = spelling_key(name)
        alike = [number for number, column in enumerate(self._names) if spelling_key(column) == key]
        if len(alike) == 1:
            return alike[0]
        if alike:
            text = phrase(
                "column '{column}' ({purpose}) could be any of {columns}. Write its name as in the pool.",
                column=name,
                purpose=purpose,
                columns=quoted([self._names[number] for number in alike]),
            )
        else:
            text = phrase("there is no column '{column}' ({purpose}).", column=name, purpose=purpose)
            text += did_you_mean(name, self._names)
            there = quoted(self._names, most=20)
            text += phrase(" Name one of these in the quota file, or rename one: {columns}.", columns=there)
        self._findings.fault(text)
        return None
