"""Small files, made by hand."""

import base64

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def pdf(*pages: str, stream: bytes | None = None) -> bytes:
    """A PDF with a line of ASCII on each page, or one page drawn by a packed stream."""
    drawn = [f"BT /F1 12 Tf 72 700 Td ({page}) Tj ET".encode() if page else b"" for page in pages]
    packed = b""
    if stream is not None:
        drawn, packed = [stream], b" /Filter /FlateDecode"
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(drawn)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(drawn)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, content in enumerate(drawn):
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * number),
            b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(content), packed, content),
        ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        len(places) + 1,
        len(out),
    )
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(places) + 1, table, end)
