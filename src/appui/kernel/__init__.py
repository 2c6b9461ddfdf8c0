"""What every room stands on: money, access, verdicts, errors, the audit trail, idempotency.

Knows nothing of the rooms above it and holds no word of the domain.
"""
