"""Two words as a picture that people can read, and digits as a sound."""

import io
from pathlib import Path

import captcha
from captcha.audio import AudioCaptcha
from captcha.image import ImageCaptcha
from PIL import Image, ImageOps

HEIGHT = 100
GAP = 24
INK, PAPER = (20, 40, 90), (250, 250, 250)
FONT = str(Path(captcha.__file__).parent / "data" / "DroidSansMono.ttf")


class _Word(ImageCaptcha):
    """Gentler than the library's own: turned and bent less, so that letters stay apart."""

    character_rotate = (-14, 14)
    character_warp_dx = (0.04, 0.12)
    character_warp_dy = (0.04, 0.12)
    character_offset_dx = (1, 4)
    word_offset_dx = 0.0
    word_space_probability = 0.0


def picture(words: tuple[str, str]) -> bytes:
    """A PNG of the two words side by side, dark blue on near white; no two are the same."""
    drawn = [_draw(word) for word in words]
    sheet = Image.new("L", (sum(one.width for one in drawn) + GAP, HEIGHT), 0)
    left = 0
    for one in drawn:
        sheet.paste(one, (left, 0))
        left += one.width + GAP
    out = io.BytesIO()
    ImageOps.colorize(sheet, black=PAPER, white=INK).save(out, "PNG", optimize=True)
    return out.getvalue()


def sound(digits: str) -> bytes:
    """A WAV that says the digits one by one, with noise behind."""
    return bytes(AudioCaptcha().generate(digits))


def _draw(word: str) -> Image.Image:
    # The library takes the ink's own brightness for its opacity, so that dark ink comes out
    # faint. White on black is whole; the colours follow when both words are on the sheet.
    artist = _Word(width=52 * len(word) + 80, height=HEIGHT, fonts=[FONT], font_sizes=(42, 46, 50))
    drawn = artist.create_captcha_image(word, (255, 255, 255), (0, 0, 0))
    artist.create_noise_dots(drawn, (255, 255, 255), 3, 30)
    artist.create_noise_curve(drawn, (255, 255, 255))
    return drawn.convert("L")
