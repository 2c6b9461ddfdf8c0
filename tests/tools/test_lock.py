"""The locks say which dependencies they were made from."""

import shutil

import pytest
from tools import lock


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of the project's dependencies and locks, in agreement."""
    for name in ["pyproject.toml", *lock.LOCKS]:
        shutil.copy(lock.ROOT / name, tmp_path / name)
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    for name in lock.LOCKS:
        pinned = (tmp_path / name).read_text().split("\n", 1)[1]
        (tmp_path / name).write_text(f"{lock.HEADER}{lock.dependencies_hash()}\n{pinned}")
    return tmp_path


def test_locks_made_from_the_same_dependencies_agree(project):
    assert lock.disagreements() == []


def test_a_dependency_added_later_is_noticed_in_every_lock(project):
    text = (project / "pyproject.toml").read_text()
    (project / "pyproject.toml").write_text(text.replace("dev = [", 'dev = ["six",', 1))
    assert [problem.split(" ")[0] for problem in lock.disagreements()] == list(lock.LOCKS)


def test_two_versions_of_one_package_are_noticed(project):
    file = project / "requirements-dev.lock"
    file.write_text(file.read_text().replace("\nclick==", "\nclick==0"))
    pinned = lock.pins("requirements.lock")["click"]
    [problem] = lock.disagreements()
    assert problem.startswith(
        f"requirements.lock has click {pinned} and requirements-dev.lock has 0"
    )
