"""Draws loss.csv as loss.svg, without a plotting library.

Where the steps begin anew, another part of the training (`--resume`) begins; it is drawn after the
one before it, with a dashed line between them.
"""
import argparse
import csv
import math
from pathlib import Path

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 720, 400, 60, 40, 20, 50
SERIES = (("train_loss", "training", "#c2703d"), ("valid_loss", "held out", "#2b6c8f"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("csv", type=Path)
    parser.add_argument("svg", type=Path)
    args = parser.parse_args()
    rows = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(open(args.csv))]
    starts, before = [], 0.0         # where parts begin
    for previous, row in zip([{"step": math.inf}] + rows, rows):
        if row["step"] <= previous["step"]:
            before = previous.get("at", 0.0)
            starts.append(before)
        row["at"] = before + row["tokens"]
    last = rows[-1]["at"]
    # Losses span a decade or so: a logarithmic axis shows the end as well as the beginning.
    low, high = (f(row[s[0]] for row in rows for s in SERIES) for f in (min, max))
    low, high = math.log(low * 0.95), math.log(high * 1.02)

    def x(tokens):
        return LEFT + (WIDTH - LEFT - RIGHT) * tokens / last

    def y(loss):
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - math.log(loss)) / (high - low)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
           'font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
           f'<text x="{LEFT}" y="22" font-size="15">Loss (nats a token) over training tokens'
           '</text>']
    for loss in (0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 7):
        if low < math.log(loss) < high:
            out.append(f'<path d="M{LEFT} {y(loss):.1f}H{WIDTH - RIGHT}" stroke="#dddddd"/>'
                       f'<text x="{LEFT - 8}" y="{y(loss) + 4:.1f}" text-anchor="end">{loss:g}'
                       '</text>')
    step = 10 ** math.floor(math.log10(last))
    step = step / 5 if last / step < 2 else step / 2 if last / step < 5 else step
    for i in range(int(last / step) + 1):
        out.append(f'<text x="{x(i * step):.1f}" y="{HEIGHT - BOTTOM + 20}" '
                   f'text-anchor="middle">{i * step / 1e6:g} M</text>')
    for start in starts[1:]:
        out.append(f'<path d="M{x(start):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#888888" '
                   'stroke-dasharray="4 4"/>')
    for index, (column, label, color) in enumerate(SERIES):
        points = " ".join(f'{x(row["at"]):.1f},{y(row[column]):.1f}' for row in rows)
        out.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>')
        out.append(f'<text x="{WIDTH - RIGHT}" y="{TOP + 16 + 18 * index}" text-anchor="end" '
                   f'fill="{color}">{label}: {rows[-1][column]:.3f}</text>')
    args.svg.write_text("\n".join(out + ["</svg>"]) + "\n")


if __name__ == "__main__":
    main()
