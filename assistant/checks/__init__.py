"""The rule catalogue and its findings."""

from assistant.checks.catalogue import all_rules
from assistant.checks.engine import CheckResult, Rule, Settings, run_checks
from assistant.checks.finding import Finding, fingerprint
from assistant.checks.subject import PlacedSentence, Subject, subject_of_submission

__all__ = [
    "CheckResult",
    "Finding",
    "PlacedSentence",
    "Rule",
    "Settings",
    "Subject",
    "all_rules",
    "fingerprint",
    "run_checks",
    "subject_of_submission",
]
