"""Rules of the house that a machine can read; each test names every place that breaks its rule."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "appui"


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))
