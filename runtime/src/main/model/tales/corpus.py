"""Writes the training and validation stories: one story a line, the same for the same seed."""
import argparse
import random
from pathlib import Path

from grammar import Grammar, Story


def stories(grammar, seed, count, seen):
    """`count` different stories, none of which is in `seen` (which grows)."""
    rng, plots = random.Random(seed), sorted(grammar.plots)
    while count > 0:
        text = Story(grammar, rng).tell(rng.choice(plots))
        if text not in seen:
            seen.add(text)
            count -= 1
            yield text


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grammar", type=Path, default=Path(__file__).parent / "grammar")
    parser.add_argument("--out", type=Path, required=True, help="folder for the text files")
    parser.add_argument("--train", type=int, default=80000, help="number of training stories")
    parser.add_argument("--valid", type=int, default=1000, help="number of held-out stories")
    parser.add_argument("--seed", type=int, default=2026)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    grammar, seen = Grammar(args.grammar), set()
    # One `seen` for both: no story is in both files.
    for name, seed, count in (("train", args.seed, args.train),
                              ("valid", args.seed + 1, args.valid)):
        with open(args.out / f"{name}.txt", "w") as out:
            for story in stories(grammar, seed, count, seen):
                out.write(story + "\n")


if __name__ == "__main__":
    main()
