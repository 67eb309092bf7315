"""Files that somebody at the bakery would attach, made by hand."""

from io import BytesIO

from PIL import Image, ImageDraw

from tests.unit.bot.documents.files import pdf


def loaves_sold() -> bytes:
    """A week in the shop."""
    days = (("Tuesday", 131), ("Wednesday", 128), ("Thursday", 140), ("Friday", 162))
    rows = [*days, ("Saturday", 214), ("Sunday", 190)]
    return "\n".join(["day,loaves", *(f"{day},{count}" for day, count in rows)]).encode()


def allergen_plan() -> bytes:
    """One page of text."""
    return pdf("Country sourdough may contain wheat, milk and eggs.")


def oven_picture() -> bytes:
    """Loaves on a tray, more or less."""
    image = Image.new("RGB", (560, 240), "#3b3230")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((20, 150, 540, 226), 14, fill="#59504c")
    for left in range(44, 500, 124):
        draw.ellipse((left, 60, left + 104, 190), fill="#b9783c")
        draw.ellipse((left + 10, 68, left + 94, 168), fill="#d79a57")
        draw.line((left + 26, 122, left + 78, 100), fill="#f0d3a4", width=6)
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
