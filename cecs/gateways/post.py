"""Mail on its way out, by a real SMTP conversation."""

from typing import Protocol

from flask_mail import Mail, Message


class Post(Protocol):
    """Takes one letter to the post office, or raises OSError or smtplib.SMTPException."""

    def deliver(self, to: str, subject: str, text: str) -> None: ...


class SmtpPost:
    """Flask-Mail against the server of the settings; needs an application context."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail

    def deliver(self, to: str, subject: str, text: str) -> None:
        """Sends one plain-text mail; returns when the server has taken it."""
        self._mail.send(Message(subject=subject, recipients=[to], body=text))
