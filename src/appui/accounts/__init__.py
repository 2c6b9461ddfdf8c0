"""Who is at the door: users, sign-in, second factor, API tokens and language.

Nouns: ``User``, ``ApiToken``. Verbs: sign in and out, create and revoke a token, change one's
profile and language, sign out everywhere. This room does not know organisations: which rows and
roles a user has is the registry's answer. Nobody signs up by themselves: accounts come from an
invitation (registry) or from an administrator's command.
"""
