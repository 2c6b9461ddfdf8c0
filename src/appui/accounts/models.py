from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """The four languages of the screens, each under its own name."""

    FRENCH = "fr", "Français"
    ENGLISH = "en", "English"
    SPANISH = "es", "Español"
    ARABIC = "ar", "العربية"


class Users(BaseUserManager["User"]):
    """People who can sign in; an e-mail address is one person whatever its capitals."""

    use_in_migrations = True

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def create_user(
        self,
        email: str,
        password: str | None = None,
        *,
        display_name: str = "",
        language: str = Language.FRENCH,
        is_active: bool = True,
        is_staff: bool = False,
        is_superuser: bool = False,
    ) -> User:
        """Without a password nobody can sign in until one is set through the e-mail address."""
        user = self.model(
            email=self.normalise(email),
            display_name=display_name,
            language=language,
            is_active=is_active,
            is_staff=is_staff,
            is_superuser=is_superuser,
        )
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self,
        email: str,
        password: str | None = None,
        *,
        display_name: str = "",
        language: str = Language.FRENCH,
    ) -> User:
        return self.create_user(
            email,
            password,
            display_name=display_name,
            language=language,
            is_staff=True,
            is_superuser=True,
        )

    @staticmethod
    def normalise(email: str) -> str:
        """Trimmed and in lower case; raises ValueError when nothing is left."""
        address = email.strip().lower()
        if not address:
            raise ValueError("A user needs an e-mail address.")
        return address


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in; what they may see comes from memberships in the registry."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    display_name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.FRENCH
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("runs this installation"), default=False)
    date_joined = models.DateTimeField(_("joined on"), default=timezone.now, editable=False)
    session_generation = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[Users] = Users()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_any_case",
                violation_error_message=_("A user with this e-mail address exists."),
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def clean(self) -> None:
        self.email = Users.normalise(self.email)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Changes with the password and with the generation, which ends every session at once."""
        return salted_hmac(
            "appui.accounts.session",
            f"{self.password}:{self.session_generation}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def get_full_name(self) -> str:
        """The name to show; the e-mail address stands in until one is given."""
        return self.display_name or self.email

    def get_short_name(self) -> str:
        return self.get_full_name()


class Scope(models.TextChoices):
    """What a token may do; writing includes reading."""

    READ = "read", _("Read")
    WRITE = "write", _("Read and write")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self, now: datetime) -> ApiTokenQuerySet:
        """Neither revoked nor expired at ``now``, of a user who may still sign in."""
        return self.filter(revoked_at=None, user__is_active=True).filter(
            Q(expires_at=None) | Q(expires_at__gt=now)
        )


class ApiToken(models.Model):
    """A key for programs. Only its SHA-256 is kept: the secret has 256 random bits."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("begins with"), max_length=16)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scope = models.CharField(_("rights"), max_length=5, choices=Scope.choices, default=Scope.READ)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope__in=["read", "write"]), name="accounts_token_known_scope"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_usable(self, now: datetime) -> bool:
        """Whether a program may present it at ``now``; the expiry moment itself is too late."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)

    def may_write(self) -> bool:
        return self.scope == Scope.WRITE
