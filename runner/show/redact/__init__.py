"""Redaction: what must never be seen is masked in output, texts and saved state."""

from __future__ import annotations

from runner.show.redact.redactor import HOLD, Redactor
from runner.show.redact.rule import MASK, MOST, problem
from runner.show.redact.saved import EVERYTHING, without_secrets

__all__ = ["EVERYTHING", "HOLD", "MASK", "MOST", "Redactor", "problem", "without_secrets"]
