"""Two words in a box: single use, ten minutes, for one browser."""

import secrets
import uuid
from datetime import timedelta

import sqlalchemy as sa

from cecs.desk import Desk
from cecs.extensions import db
from cecs.models.accounts import CaptchaChallenge
from cecs.services.transactions import Gone, writing

LIVES = timedelta(minutes=10)
DIGITS = 6


def show(desk: Desk, browser: str) -> uuid.UUID:
    """Makes a new challenge for a browser, known by a random text in its cookie."""
    words = " ".join(secrets.choice(desk.captcha_words) for _ in range(2))
    digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    challenge_id = uuid.uuid4()
    writing()
    db.session.execute(sa.delete(CaptchaChallenge).where(CaptchaChallenge.expires_at < desk.now()))
    db.session.add(
        CaptchaChallenge(
            id=challenge_id,
            browser=desk.vault.blind_index("browser", browser),
            sealed=desk.vault.seal(f"{words}|{digits}", f"captcha/{challenge_id}"),
            expires_at=desk.now() + LIVES,
        )
    )
    db.session.commit()
    return challenge_id


def picture(desk: Desk, challenge_id: uuid.UUID, browser: str) -> bytes:
    """The words as a PNG. Raises Gone for another browser, or when used or too old."""
    from cecs.gateways import captcha_art  # draws with Pillow, which no start waits for

    words = _answer(desk, challenge_id, browser)[0].split()
    return captcha_art.picture((words[0], words[1]))


def sound(desk: Desk, challenge_id: uuid.UUID, browser: str) -> bytes:
    """The digits as a WAV, for who cannot see the words. Raises Gone as `picture` does."""
    from cecs.gateways import captcha_art

    return captcha_art.sound(_answer(desk, challenge_id, browser)[1])


def stands(desk: Desk, challenge_id: uuid.UUID, browser: str) -> bool:
    """Whether the challenge can still be solved by this browser."""
    try:
        return bool(_answer(desk, challenge_id, browser))
    except Gone:
        return False


def used_well(desk: Desk, challenge_id: uuid.UUID, browser: str, typed: str) -> bool:
    """Whether the words (or the digits) were typed. The challenge is gone either way."""
    writing()
    row = db.session.execute(
        sa.delete(CaptchaChallenge)
        .where(CaptchaChallenge.id == challenge_id, CaptchaChallenge.expires_at > desk.now())
        .where(CaptchaChallenge.browser == desk.vault.blind_index("browser", browser))
        .returning(CaptchaChallenge.sealed)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    db.session.commit()
    if row is None:
        return False
    words, digits = desk.vault.unseal(row.sealed, f"captcha/{challenge_id}").split("|")
    folded = "".join(typed.casefold().split())
    return secrets.compare_digest(folded.encode(), words.replace(" ", "").encode()) or (
        secrets.compare_digest(folded.encode(), digits.encode())
    )


def _answer(desk: Desk, challenge_id: uuid.UUID, browser: str) -> list[str]:
    challenge = db.session.get(CaptchaChallenge, challenge_id)
    if (
        challenge is None
        or challenge.expires_at <= desk.now()
        or challenge.browser != desk.vault.blind_index("browser", browser)
    ):
        raise Gone("captcha")
    return desk.vault.unseal(challenge.sealed, f"captcha/{challenge_id}").split("|")
