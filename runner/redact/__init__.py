"""Redaction: what must never be seen is masked in output, texts and saved state."""

from __future__ import annotations

from runner.redact.redactor import HOLD, Redactor
from runner.redact.rule import MASK, MOST, problem
from runner.redact.saved import EVERYTHING, without_secrets

__all__ = ["EVERYTHING", "HOLD", "MASK", "MOST", "Redactor", "problem", "without_secrets"]
