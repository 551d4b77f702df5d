"""The picture can be read, and the sound can be played."""

import io
import wave

from PIL import Image

from cecs.gateways import captcha_art


def test_the_picture_is_dark_on_light_and_wide_enough() -> None:
    drawn = Image.open(io.BytesIO(captcha_art.picture(("river", "lantern"))))
    darkness = drawn.convert("L").getextrema()

    assert drawn.format == "PNG" and drawn.height == 100 and drawn.width >= 40 * 12
    assert darkness[0] < 80 and darkness[1] > 240


def test_no_two_pictures_are_the_same() -> None:
    assert captcha_art.picture(("a", "b")) != captcha_art.picture(("a", "b"))


def test_the_sound_is_a_wav_of_some_seconds() -> None:
    with wave.open(io.BytesIO(captcha_art.sound("2749"))) as played:
        seconds = played.getnframes() / played.getframerate()

    assert 1 < seconds < 30
