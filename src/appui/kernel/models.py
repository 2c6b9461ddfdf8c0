"""Tables of the kernel: the audit trail and remembered idempotency keys; the base of records."""

from typing import Any, NoReturn

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Record(models.Model):
    """Base of everything a person writes: a version that each change raises by one."""

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class AppendOnly(models.QuerySet[Any]):
    """A set of rows that may be added to, never changed or removed."""

    def update(self, **kwargs: object) -> int:
        raise TypeError("These rows are append-only.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("These rows are append-only.")


class AppendOnlyRow(models.Model):
    """Base of rows that are written once; ``REFUSAL`` says what to do instead."""

    REFUSAL = "These rows are append-only."

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; raises ``TypeError`` for a row that is already stored."""
        if not self._state.adding:
            raise TypeError(self.REFUSAL)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: raises ``TypeError``."""
        raise TypeError(self.REFUSAL)


class AuditEntry(AppendOnlyRow):
    """One write: who, when, what changed. No foreign key: it outlives what it speaks of.

    ``changes`` maps a field to ``[before, after]``, as text or, in several languages, as objects.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=200, blank=True)
    verb = models.CharField(max_length=60)
    model = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    label = models.CharField(max_length=300)
    organisation_id = models.BigIntegerField(null=True, db_index=True)
    changes = models.JSONField(default=dict)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["model", "object_id"])]
        verbose_name = _("audit entry")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.user_name} {self.verb} {self.label}"


class IdempotencyKey(models.Model):
    """The answer given the first time a key came, so that a repeated request is not done twice.

    ``user_id`` is 0 for visitors and for the system.
    """

    user_id = models.BigIntegerField(default=0)
    key = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)
    answer = models.CharField(max_length=500)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_id", "key"], name="idempotency_key_once")
        ]

    def __str__(self) -> str:
        return self.key
