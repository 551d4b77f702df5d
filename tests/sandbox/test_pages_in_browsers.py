"""The sandbox in real browsers: what the card form says, where a nonce goes, playing the banks."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from cecs.sandbox.frame.form import MISTYPED
from cecs.sandbox.serving import running
from cecs.sandbox.settings import SandboxSettings
from tests import browsers
from tests.sandbox.conftest import free_port, sdk_of

pytestmark = pytest.mark.browser
FRAMING = """<!doctype html><title>Payment</title><p id="heard"></p>
<iframe id="card" width="300" height="700" src="{gateway}/frame?parent={app}"></iframe>
<script>addEventListener("message", (event) => {{
  heard.textContent += `${{event.origin}} ${{event.data.kind}} `; }});</script>"""


@pytest.fixture
def app():
    """A stand-in for the application: one page that frames the form, and one to return to."""
    pages = {}

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(pages["/"].encode() if self.path == "/" else b"<p>back")

        def log_message(self, *args):
            """Says nothing."""

    # One thread would wait a minute for what a browser opens to have it at hand, and does not use.
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}", pages=pages)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def gateway(app, tmp_path):
    settings = SandboxSettings(tmp_path, (app.url,))
    with running(settings, "127.0.0.1", 0, free_port()) as url:
        app.pages["/"] = FRAMING.format(gateway=url, app=app.url)
        sdk = sdk_of(SimpleNamespace(url=url, settings=settings))
        yield SimpleNamespace(url=url, sdk=sdk)


@pytest.fixture(params=["chromium", "firefox"])
def driver(request):
    with browsers.lent(browsers.ENGINES[request.param]) as driver:
        yield driver


def hosted(app, gateway):
    return f"{gateway.url}/hosted-form?return={app.url}/payments/back"


def fill(driver, **words):
    typed = {"number": "4012888888881881", "expiry": "08/35", "cvv": "123", "postal_code": "06103"}
    for name, text in (typed | words).items():
        field = driver.find_element(By.NAME, name)
        field.clear()
        field.send_keys(text)


def advice(driver):
    """What stands below the number, and whether the field is marked."""
    number = driver.find_element(By.NAME, "number")
    said = driver.find_element(By.ID, "advice").text
    return said, number.get_attribute("aria-invalid") == "true"


@pytest.mark.parametrize(
    ("typed", "said", "wrong"),
    [
        ("4", "Visa", False),
        ("4012 88", "Visa", False),
        ("5555-55", "MasterCard", False),
        ("222", "", False),
        ("2223", "MasterCard", False),
        ("37", "We do not take American Express.", True),
        ("6011", "We do not take Discover.", True),
        ("3528", "We do not take this brand of card.", True),
        ("99999", "", False),
        ("999999", "We do not take this brand of card.", True),
    ],
)
def test_the_brand_is_told_and_wrong_ones_refused_while_typing(
    chromium, app, gateway, typed, said, wrong
):
    chromium.get(hosted(app, gateway))
    chromium.find_element(By.NAME, "number").send_keys(typed)

    told, marked = advice(chromium)

    assert told.startswith(said) and bool(told) == bool(said)
    assert marked is wrong
    assert wrong == told.endswith("Use a Visa or MasterCard credit card, or pay by mail.")


@pytest.fixture(scope="module")
def chromium():
    # A window of Chromium's is never narrower than 500 pixels, so a narrow one is played.
    narrow = {"width": 320, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    with browsers.lent(browsers.chromium) as driver:
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", narrow)
        yield driver


def test_a_refusal_goes_when_the_number_is_corrected(driver, app, gateway):
    driver.get(hosted(app, gateway))
    number = driver.find_element(By.NAME, "number")
    number.send_keys("34")
    assert advice(driver)[1]

    number.send_keys(Keys.BACKSPACE, Keys.BACKSPACE, "55")

    assert advice(driver) == ("MasterCard", False)


def test_a_mistyped_number_is_told_on_leaving_the_field(driver, app, gateway):
    driver.get(hosted(app, gateway))
    number = driver.find_element(By.NAME, "number")
    number.send_keys("4012888888881882")
    assert advice(driver) == ("Visa", False)

    number.send_keys(Keys.TAB)

    assert advice(driver) == (MISTYPED, True)


def test_a_refused_number_is_not_sent_and_gets_the_focus_back(driver, app, gateway):
    driver.get(hosted(app, gateway))
    fill(driver, number="378282246310005")

    driver.find_element(By.NAME, "postal_code").send_keys(Keys.ENTER)

    assert driver.switch_to.active_element.get_attribute("name") == "number"
    assert driver.find_element(By.NAME, "expiry").get_attribute("value") == "08/35"
    assert driver.current_url == hosted(app, gateway)


def test_the_form_by_redirect_brings_a_nonce_back(driver, app, gateway):
    driver.get(hosted(app, gateway))
    fill(driver)
    driver.find_element(By.NAME, "postal_code").send_keys(Keys.ENTER)

    WebDriverWait(driver, 5, 0.05).until(lambda _: driver.current_url.startswith(app.url))

    assert "nonce=tokencc_sandbox_" in driver.current_url


def test_the_form_by_redirect_needs_no_script(app, gateway):
    with browsers.lent(browsers.chromium, javascript=False) as driver:
        driver.get(hosted(app, gateway))
        fill(driver, number="4012888888881882")
        driver.find_element(By.TAG_NAME, "button").click()
        wait = WebDriverWait(driver, 5, 0.05)
        wait.until(lambda _: driver.title.startswith("Error: "))
        assert advice(driver) == (MISTYPED, True)
        fill(driver)
        driver.find_element(By.TAG_NAME, "button").click()

        wait.until(lambda _: "/payments/back?nonce=tokencc_sandbox_" in driver.current_url)


def test_the_frame_tells_its_page_that_it_is_there_that_it_is_typed_in_and_then_gives_the_nonce(
    driver, app, gateway
):
    driver.get(f"{app.url}/")
    wait = WebDriverWait(driver, 5, 0.05)
    heard = driver.find_element(By.ID, "heard")
    wait.until(lambda _: heard.text == f"{gateway.url} card-ready")
    driver.switch_to.frame("card")
    fill(driver)
    driver.find_element(By.NAME, "postal_code").send_keys(Keys.ENTER)
    driver.switch_to.default_content()

    told = " ".join(f"{gateway.url} card-{what}" for what in ("ready", "typing", "nonce"))
    wait.until(lambda _: heard.text == told)

    assert driver.current_url == f"{app.url}/"


def sale(sdk):
    params = {
        "amount": "250.00",
        "payment_method_nonce": "fake-valid-visa-nonce",
        "order_id": "0b8f5c7e-6f0e-4a51-9a43-3d9f2b6c1e88",
        "options": {"submit_for_settlement": True},
    }
    return sdk.transaction.sale(params).transaction


def test_a_person_plays_the_banks(driver, gateway):
    made = sale(gateway.sdk)
    driver.get(f"{gateway.url}/gateway")
    wait = WebDriverWait(driver, 5, 0.05)

    for button, heading in (
        ("Settle", "Sale of $250.00: settled"),
        ("Dispute", "Sale of $250.00: settled, dispute open"),
        ("Lose the dispute", "Sale of $250.00: settled, dispute lost"),
    ):
        driver.find_element(By.XPATH, f"//button[text()='{button}']").click()
        wait.until(lambda _, said=heading: driver.find_elements(By.XPATH, f"//h3[text()='{said}']"))

    assert gateway.sdk.transaction.find(made.id).disputes[0].status == "lost"
    assert driver.current_url == f"{gateway.url}/gateway#{made.id}"


@pytest.mark.parametrize("path", ["/", "/gateway", "/mailbox", "form"])
def test_pages_fit_a_narrow_window_and_axe_finds_nothing(chromium, app, gateway, path):
    sale(gateway.sdk)
    chromium.get(hosted(app, gateway) if path == "form" else gateway.url + path)

    assert chromium.execute_script("return innerWidth") == 320
    assert browsers.axe(chromium) == []
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert chromium.execute_script(wide) == 0
