"""A byte-level BPE tokenizer: trains it, writes Hugging Face's tokenizer.json, encodes and decodes.

Run as a script it trains on a text file with a story a line.
"""
import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path

import regex

# GPT-2's pre-tokenizer; Hugging Face's ByteLevel uses the same with use_regex = true.
SPLIT = regex.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")
SPECIAL = ["<|bos|>", "<|eos|>"]


def byte_alphabet():
    """GPT-2's printable character for each byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [b for b in range(256) if b not in printable]
    table = {b: chr(b) for b in printable}
    table.update({b: chr(256 + i) for i, b in enumerate(rest)})
    return table


ALPHABET = byte_alphabet()
BYTES = {char: byte for byte, char in ALPHABET.items()}


def pieces(text):
    for piece in SPLIT.findall(text):
        yield "".join(ALPHABET[b] for b in piece.encode())


def train(text, vocab_size):
    """Merges, most frequent pair first; ties go to the smaller pair so that a run repeats."""
    counts = Counter(pieces(text))
    words = [(list(word), n) for word, n in sorted(counts.items())]
    pairs, where = Counter(), defaultdict(set)
    for index, (word, n) in enumerate(words):
        for pair in zip(word, word[1:]):
            pairs[pair] += n
            where[pair].add(index)
    merges = []
    while len(merges) < vocab_size - len(SPECIAL) - 256 and pairs:
        best = min(pairs, key=lambda p: (-pairs[p], p))
        if pairs[best] < 2:
            break
        merges.append(best)
        for index in where.pop(best):
            word, n = words[index]
            for pair in zip(word, word[1:]):
                pairs[pair] -= n
            word = merge(word, best)
            words[index] = (word, n)
            for pair in zip(word, word[1:]):
                pairs[pair] += n
                where[pair].add(index)
        pairs = +pairs
    return merges


def merge(word, pair):
    out, i = [], 0
    while i < len(word):
        if i + 1 < len(word) and (word[i], word[i + 1]) == pair:
            out.append(word[i] + word[i + 1])
            i += 2
        else:
            out.append(word[i])
            i += 1
    return out


def to_json(merges):
    """Hugging Face's tokenizer.json: the special tokens first, then the bytes, then the merges."""
    names = SPECIAL + [ALPHABET[b] for b in range(256)] + [a + b for a, b in merges]
    added = [{"id": i, "content": name, "single_word": False, "lstrip": False, "rstrip": False,
              "normalized": False, "special": True} for i, name in enumerate(SPECIAL)]
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True,
                  "use_regex": True}
    bos = {"SpecialToken": {"id": SPECIAL[0], "type_id": 0}}
    second = {"SpecialToken": {"id": SPECIAL[0], "type_id": 1}}
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
        "normalizer": None, "pre_tokenizer": byte_level,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [bos, {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [bos, {"Sequence": {"id": "A", "type_id": 0}},
                     second, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {SPECIAL[0]: {"id": SPECIAL[0], "ids": [0],
                                            "tokens": [SPECIAL[0]]}}},
        "decoder": byte_level,
        "model": {"type": "BPE", "dropout": None, "unk_token": None,
                  "continuing_subword_prefix": None, "end_of_word_suffix": None,
                  "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                  "vocab": {name: i for i, name in enumerate(names)},
                  "merges": [f"{a} {b}" for a, b in merges]}}


class Tokenizer:
    """Reads tokenizer.json. `encode` adds no special token."""
    bos, eos = 0, 1

    def __init__(self, path):
        model = json.loads(Path(path).read_text(encoding="utf-8"))["model"]
        self.vocab = model["vocab"]
        self.names = {i: name for name, i in self.vocab.items()}
        self.ranks = {tuple(m.split(" ")): rank for rank, m in enumerate(model["merges"])}
        self.cache = {}

    def encode(self, text):
        return [token for piece in pieces(text) for token in self.piece(piece)]

    def piece(self, piece):
        if piece not in self.cache:
            word = list(piece)
            while len(word) > 1:
                best = min(zip(word, word[1:]), key=lambda p: self.ranks.get(p, len(self.ranks)))
                if best not in self.ranks:
                    break
                word = merge(word, best)
            self.cache[piece] = [self.vocab[part] for part in word]
        return self.cache[piece]

    def decode(self, tokens):
        chars = "".join(self.names[t] for t in tokens if self.names[t] not in SPECIAL)
        return bytes(BYTES[c] for c in chars).decode(errors="replace")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder for tokenizer*.json")
    parser.add_argument("--vocab", type=int, default=2048)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    table = to_json(train(args.text.read_text(), args.vocab))
    (args.out / "tokenizer.json").write_text(
        json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (args.out / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": SPECIAL[0],
        "eos_token": SPECIAL[1], "add_bos_token": True, "add_eos_token": False,
        "clean_up_tokenization_spaces": False, "model_max_length": 512}, indent=2) + "\n")
    print(len(table["model"]["vocab"]), "tokens")


if __name__ == "__main__":
    main()
