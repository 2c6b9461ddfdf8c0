from click.testing import CliRunner

from appui.accounts.cli import user as command
from appui.accounts.models import User


def test_an_administrator_creates_an_account_from_the_command_line(db):
    asked = ["create", "Li@Example.org", "--name", "Li", "--administrator"]
    done = CliRunner().invoke(command, asked, input="quiet-harbour-42\nquiet-harbour-42\n")
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "li@example.org can sign in.")
    made = User.objects.get()
    assert (made.display_name, made.is_superuser, made.language) == ("Li", True, "fr")
    assert made.check_password("quiet-harbour-42")


def test_a_weak_password_is_refused_on_the_command_line(db):
    asked = ["create", "li@example.org", "--password", "short"]
    done = CliRunner().invoke(command, asked)
    assert done.exit_code == 1
    assert User.objects.count() == 0
