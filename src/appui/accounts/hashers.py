from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id at 46 MiB, one pass, one lane (OWASP Password Storage, first recommended row).

    Django's default of 100 MiB and eight lanes takes half a second on two cores, so a few people
    signing in together would hold up a small server.
    """

    time_cost = 1
    memory_cost = 47_104
    parallelism = 1
