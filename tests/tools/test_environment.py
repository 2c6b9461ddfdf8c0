"""The set-up of a checkout: when it installs, when it does not, what it says."""

import hashlib
import importlib.util
import json
from pathlib import Path

import pytest
from tools import environment


@pytest.fixture
def checkout(tmp_path):
    """A checkout whose `.venv` was filled for the run-time lock."""
    made = environment.Checkout(tmp_path)
    for kind, lock in made.locks.items():
        lock.write_text(f"# {kind}\n")
    made.python.parent.mkdir(parents=True)
    made.python.touch()
    made.origin.write_text(json.dumps(made.birth()))
    made.stamp("runtime").write_text(hashlib.sha256(b"# runtime\n").hexdigest())
    return made


def test_a_filled_environment_is_ready_for_its_kind_only(checkout):
    assert checkout.is_ready("runtime")
    assert not checkout.is_ready("dev")


def test_another_lock_asks_for_another_installation_in_the_same_place(checkout):
    checkout.locks["runtime"].write_text("# other\n")
    assert not checkout.is_ready("runtime")
    assert checkout.can_be_kept()


def test_an_interrupted_installation_starts_afresh(checkout):
    checkout.unfinished.touch()
    assert not checkout.is_ready("runtime")
    assert not checkout.can_be_kept()


@pytest.mark.parametrize("change", [{"folder": "/elsewhere"}, {"python": "3.9"}])
def test_an_environment_moved_or_of_another_python_is_not_kept(checkout, change):
    checkout.origin.write_text(json.dumps(checkout.birth() | change))
    assert not checkout.is_ready("runtime")
    assert not checkout.can_be_kept()


def test_without_pip_and_venv_one_sentence_names_the_package(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(environment.SetupError, match="python3-venv") as refused:
        environment.find_pip()
    assert str(refused.value).count(".") == 2  # ./appui, and the full stop


def test_the_two_halves_of_a_lock_hold_every_package_once(checkout):
    lock = Path(environment.__file__).parent.parent / "requirements.lock"
    whole = environment.Installation(checkout.root, ["pip"], lock)
    pinned = [line for line in lock.read_text().splitlines() if "==" in line]
    halves = [line for half in whole.halves for line in half.splitlines() if "==" in line]
    assert sorted(halves) == sorted(pinned)
    assert whole.total == len(pinned)


def test_a_catalogue_newer_than_its_compiled_form_is_stale(tmp_path):
    source = tmp_path / "django.po"
    source.touch()
    assert environment.is_stale(source)
    source.with_suffix(".mo").touch()
    assert not environment.is_stale(source)
