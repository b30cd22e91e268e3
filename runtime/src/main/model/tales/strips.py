"""Skein's packed weights: bytes from integers and scales, and back.

The layouts are those of dev.skein.hls.number.StripRows (8:16 only) and PackedRows.
"""
import numpy

BLOCK = 16
KEPT = 8
WIDTHS = (2, 3, 4, 5, 8)
PATTERN_8_OF_16 = 3


def packed(values, bits):
    """Rows of fields, little-endian two's complement: values [rows, n] to bytes [rows, _]."""
    fields = (values.astype("i8")[..., None] >> numpy.arange(bits)) & 1
    return numpy.packbits(fields.reshape(len(values), -1).astype("u1"), 1, bitorder="little")


def unpacked(raw, bits):
    """The inverse of packed: bytes [rows, _] to [rows, n]."""
    fields = numpy.unpackbits(raw, axis=1, bitorder="little").reshape(len(raw), -1, bits)
    values = fields.astype("i8") @ (1 << numpy.arange(bits))
    return values - (values >> (bits - 1) << bits)


def strip(q, bits, scales):
    """16 rows: q [16, columns], bits [columns / 16], scales [16, columns / 16]."""
    out = bytearray(PATTERN_8_OF_16 | WIDTHS.index(b) << 3 for b in bits)
    for block, width in enumerate(bits):
        part = q[:, block * BLOCK:(block + 1) * BLOCK]
        # Where fewer than 8 are not zero, the first zeros fill up: so does StripRows.
        order = numpy.argsort(part == 0, 1, kind="stable")[:, :KEPT]
        kept = numpy.sort(order, 1)
        out += (1 << kept).sum(1).astype("<u2").tobytes()
        out += packed(numpy.take_along_axis(part, kept, 1).reshape(1, -1), width).tobytes()
    out += scales.T.astype("u1").tobytes()
    return bytes(out) + bytes(-len(out) % 16)


def strip_tile(q, bits, scales, rows):
    """A matrix: q [n, columns], bits [n / 16, columns / 16], group scales, row scales [n]."""
    return b"".join(strip(q[i:i + BLOCK], bits[i // BLOCK], scales[i:i + BLOCK])
                    for i in range(0, len(q), BLOCK)) + rows.astype("<f4").tobytes()


def row_tile(q, bits, scales, rows):
    """A dense matrix of one width: rows of fields and group scales, then the row scales."""
    body = numpy.concatenate((packed(q, bits), scales.astype("u1")), 1).tobytes()
    return body + bytes(-len(body) % 16) + rows.astype("<f4").tobytes()


def read_strip_tile(raw, n, columns):
    """q [n, columns], group scales [n, columns / 16], row scales [n]."""
    groups, q, scales = columns // BLOCK, numpy.zeros((n, columns), "i8"), []
    size = (len(raw) - 4 * n) * BLOCK // n
    for first in range(0, n, BLOCK):
        part = raw[first // BLOCK * size:][:size]
        at = groups
        for block in range(groups):
            width = WIDTHS[part[block] >> 3]
            masks = part[at:at + 32].view("<u2")[:, None] >> numpy.arange(BLOCK) & 1
            values = unpacked(part[None, at + 32:at + 32 + BLOCK * width], width)
            at += 32 + BLOCK * width
            q[first:first + BLOCK, block * BLOCK:][:, :BLOCK][masks == 1] = values[0]
        scales.append(part[at:at + BLOCK * groups].reshape(groups, BLOCK).T)
    return q, numpy.concatenate(scales), raw[-4 * n:].view("<f4")


def read_row_tile(raw, n, columns, bits):
    """The same of a dense matrix."""
    body = raw[:n * (columns * bits // 8 + columns // BLOCK)].reshape(n, -1)
    q = unpacked(body[:, :columns * bits // 8], bits)
    return q, body[:, columns * bits // 8:], raw[-4 * n:].view("<f4")
