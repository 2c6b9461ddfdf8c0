import click

from appui.accounts import actions
from appui.accounts.models import Language
from appui.kernel.access import SYSTEM


@click.group()
def user() -> None:
    """People who can sign in."""


@user.command("create")
@click.argument("email")
@click.option("--name", default="", help="The person's name, as colleagues will see it.")
@click.option(
    "--language",
    type=click.Choice(Language.values),
    default=Language.FRENCH.value,
    show_default=True,
    help="Language of the screens.",
)
@click.option("--administrator", is_flag=True, help="May administer the whole installation.")
@click.password_option(help="Asked for when not given; at least ten characters.")
def create(email: str, name: str, language: str, *, administrator: bool, password: str) -> None:
    """Create an account for EMAIL; there is no other way in than this or an invitation."""
    made = actions.create_account(
        email=email,
        by=SYSTEM,
        password=password,
        display_name=name,
        language=language,
        is_superuser=administrator,
    )
    click.echo(f"{made.email} can sign in.")


commands: list[click.Command] = [user]
