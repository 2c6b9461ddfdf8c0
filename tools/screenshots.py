"""Pictures of the pages, from the worked examples, to look at and for the README.

    python tools/screenshots.py OUT                  # every page, two widths, French and Arabic
    python tools/screenshots.py OUT --page /needs/   # only that page (may be repeated)
    python tools/screenshots.py --only docs          # docs/images/need.png

Starts a demonstration of its own in a temporary folder, signs in, and stops it. Needs the
development packages and a Chromium; CHROMIUM names the program when it is not found.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
USER, PASSWORD = "mobilisation@cmaa.example", "appui-demo-2026"
NEED = "need"  # the one need of the examples with the reference below, whatever its key
REFERENCE = "kh-mines-2024-2025"
PAGES = [
    "/",
    "/due/",
    "/position/missing/",
    "/search/?q=mine",
    "/history/",
    "/needs/",
    NEED,
    "/activities/",
    "/donors/",
    "/proposals/",
    "/proposals/board/",
    "/agreements/",
    "/targets/",
    "/figures/",
    "/sources/",
    "/flows/",
    "/organisations/",
    "/account/",
]
WIDTHS = {1280: 800, 390: 844}
START_SECONDS = 180
LARGEST_PICTURE = 300_000
PICTURE = ROOT / "docs" / "images" / "need.png"


def main() -> int:
    options = _options()
    with (
        tempfile.TemporaryDirectory(prefix="appui-shots-") as home,
        demo(Path(home)) as address,
        chromium() as browser,
    ):
        if options.only == "docs":
            return shoot_for_docs(signed_in(browser, address, options.user, "en", 1280))
        options.out.mkdir(parents=True, exist_ok=True)
        for language in options.language or ["fr", "ar"]:
            for width in WIDTHS:
                page = signed_in(browser, address, options.user, language, width)
                shoot(page, options.page or PAGES, f"{language}-{width}", options.out)
                page.context.close()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", nargs="?", type=Path, default=ROOT / "var" / "shots")
    parser.add_argument("--page", action="append", help="Only this page; may be repeated.")
    parser.add_argument("--language", action="append", help="fr, en, es or ar; may be repeated.")
    parser.add_argument("--user", default=USER, help="E-mail to sign in with.")
    parser.add_argument("--only", choices=["docs"], help="Write the picture of the README.")
    return parser.parse_args()


@contextlib.contextmanager
def demo(home: Path) -> Iterator[str]:
    """The address of a demonstration that runs in ``home`` until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "APPUI_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "appui.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    command = [sys.executable, "-m", "appui.config.cli", "demo", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Return once a page answers; raise when the server ends or takes too long."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"the demonstration ended with {server.returncode}")
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"{address}/accounts/login/", timeout=5).close()
            return
        time.sleep(0.2)
    raise RuntimeError(f"no page after {START_SECONDS} s")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise RuntimeError(f"no browser: none of {', '.join(BROWSERS)} is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield browser
        browser.close()


def signed_in(browser: Browser, address: str, user: str, language: str, width: int) -> Page:
    """A page of someone who has signed in and chosen ``language``."""
    context = browser.new_context(
        base_url=address,
        locale=language,
        viewport={"width": width, "height": WIDTHS.get(width, 800)},
    )
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("input[type=email], input[name=login]").first.fill(user)
    page.locator("input[type=password]").first.fill(PASSWORD)
    page.locator("input[type=password]").first.press("Enter")
    page.wait_for_url(f"{address}/")
    page.locator(f".topbar form [name=language][value={language}]").first.click()
    page.wait_for_load_state()
    return page


def shoot(page: Page, paths: list[str], ending: str, out: Path) -> None:
    """One picture a path, and a word where the page is wider than the screen."""
    for path in paths:
        status = open_page(page, path)
        name = re.sub(r"[^a-z0-9=-]+", "_", path).strip("_") or "dashboard"
        file = out / f"{name}-{ending}.png"
        page.screenshot(path=file, full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        print(f"{file}  {status}{'  WIDER THAN THE SCREEN' if wide else ''}")


def open_page(page: Page, path: str) -> int:
    """Go to ``path``; returns the status it was answered with."""
    if path == NEED:
        page.goto(f"/needs/?q={REFERENCE}")
        path = page.locator("tbody a[href^='/needs/']").first.get_attribute("href") or "/needs/"
    answer = page.goto(path)
    return answer.status if answer else 0


def shoot_for_docs(page: Page) -> int:
    """The head of a need, as the README shows it; 1 when the file is too large."""
    open_page(page, NEED)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURE)
    size = PICTURE.stat().st_size
    print(f"{PICTURE.relative_to(ROOT)}: {size} bytes")
    return 0 if size <= LARGEST_PICTURE else 1


if __name__ == "__main__":
    sys.exit(main())
