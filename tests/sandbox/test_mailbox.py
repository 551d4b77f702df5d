"""Mail sent by SMTP is read on the mailbox page."""

import smtplib
from email.message import EmailMessage

import pytest
import requests


def send(sandbox, to, subject, text, html=None):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "office@example.org", to, subject
    if text:
        mail.set_content(text)
    if html:
        mail.set_content(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port, timeout=5) as line:
        line.send_message(mail)


def mail_to(sandbox, address):
    return requests.get(
        f"{sandbox.url}/mailbox/messages.json", params={"to": address}, timeout=5
    ).json()


def test_a_letter_sent_by_smtp_is_found_by_its_reader(sandbox):
    send(sandbox, "Rosa.Lind@example.org", "Your user name", "It is rosa-4417.\n")

    [letter] = mail_to(sandbox, "rosa.lind@example.org")

    assert letter["subject"] == "Your user name"
    assert letter["text"] == "It is rosa-4417.\n"
    assert letter["to"] == "Rosa.Lind@example.org"


def test_the_newest_letter_comes_first(sandbox):
    send(sandbox, "ben@example.org", "First", "one")
    send(sandbox, "ben@example.org", "Second", "two")

    subjects = [letter["subject"] for letter in mail_to(sandbox, "ben@example.org")]

    assert subjects == ["Second", "First"]


def test_an_address_finds_no_mail_to_a_similar_one(sandbox):
    send(sandbox, "jo_an@example.org", "To Jo An", "hello")

    assert mail_to(sandbox, "joxan@example.org") == []
    assert mail_to(sandbox, "an@example.org") == []


def test_letters_in_other_scripts_arrive_whole(sandbox):
    send(sandbox, "zoe@example.org", "Zoë – déjà reçu", "Ångström, 東京\n")

    [letter] = mail_to(sandbox, "zoe@example.org")

    assert (letter["subject"], letter["text"]) == ("Zoë – déjà reçu", "Ångström, 東京\n")


def test_a_letter_of_html_alone_is_shown_as_its_source(sandbox):
    send(sandbox, "ada@example.org", "Page", None, html="<p>Hello</p>")

    [letter] = mail_to(sandbox, "ada@example.org")

    assert "<p>Hello</p>" in letter["text"]


def test_links_can_be_followed_and_markup_is_only_shown(sandbox):
    text = "Go to http://127.0.0.1:5000/sign-in?a=1&b=2. <script>alert(1)</script>"
    send(sandbox, "kim@example.org", "<b>Sign in</b>", text)
    [letter] = mail_to(sandbox, "kim@example.org")

    page = requests.get(f"{sandbox.url}/mailbox/{letter['number']}", timeout=5).text

    link = "http://127.0.0.1:5000/sign-in?a=1&amp;b=2"
    assert f'<a href="{link}" rel="noopener">{link}</a>.' in page
    assert "<script" not in page
    assert "&lt;b&gt;Sign in&lt;/b&gt;" in page
    assert letter["links"] == ["http://127.0.0.1:5000/sign-in?a=1&b=2"]


def test_the_list_leads_to_the_letter(sandbox):
    send(sandbox, "lea@example.org", "Password", "abcd")
    [letter] = mail_to(sandbox, "lea@example.org")

    page = requests.get(f"{sandbox.url}/mailbox?to=lea@example.org", timeout=5).text

    assert f'href="/mailbox/{letter["number"]}"' in page
    assert requests.get(f"{sandbox.url}/mailbox/999999", timeout=5).status_code == 404


def test_an_empty_mailbox_says_so(sandbox):
    page = requests.get(f"{sandbox.url}/mailbox?to=nobody@example.org", timeout=5).text

    assert "No mail to nobody@example.org yet." in page


@pytest.mark.parametrize("path", ["/", "/mailbox", "/mailbox/messages.json"])
def test_pages_set_no_cookie_and_run_no_foreign_script(sandbox, path):
    answer = requests.get(sandbox.url + path, timeout=5)

    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
