"""Writes valid.txt and golden.json: what another implementation must compute from the weights.

All figures are for the weights of the file, computed in binary64. Perplexity: documents are parted
by lines `<|endoftext|>` and stripped; BOS comes first; each token after BOS is scored; EOS is not.
"""
import argparse
import json
import math
import re
from pathlib import Path

import torch
import torch.nn.functional as F

from model import load
from sample import generate
from sparse import load_folder
from tokenizer import Tokenizer

PROMPT = "Once upon a time"


@torch.no_grad()
def perplexity(decoder, tokenizer, documents):
    total, count = 0.0, 0
    for document in documents:
        row = torch.tensor([tokenizer.bos, *tokenizer.encode(document)])
        logits = decoder(row[None, :-1])[0]
        total += F.cross_entropy(logits, row[1:], reduction="sum").item()
        count += len(row) - 1
    return math.exp(total / count), count


def rounded_to(decoder, bits, group):
    """Every matrix rounded to nearest, symmetric, one scale for `group` inputs of an output.

    The embedding stays: it is a table too, and its product is the output layer.
    """
    limit = 2 ** (bits - 1) - 1
    for name, weight in decoder.named_parameters():
        if weight.dim() == 2 and "proj" in name:
            parts = weight.data.view(weight.shape[0], -1, group)
            scale = parts.abs().amax(-1, keepdim=True).clamp(min=1e-12) / limit
            weight.data = ((parts / scale).round() * scale).view(weight.shape)
    return decoder


@torch.no_grad()
def first_logits(decoder, tokens, positions, top):
    logits = decoder(torch.tensor([tokens[:positions]]))[0]
    rows = []
    for row in logits:
        values, ids = row.topk(top)
        rows.append({"ids": ids.tolist(), "values": [round(v, 9) for v in values.tolist()]})
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="model folder")
    parser.add_argument("--valid", type=Path, required=True, help="held-out stories, one a line")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--name", default="golden.json")
    parser.add_argument("--stories", type=int, default=20)
    parser.add_argument("--all", type=int, default=200, help="stories for the larger perplexity")
    args = parser.parse_args()
    torch.set_num_threads(1)
    tokenizer = Tokenizer(args.model / "tokenizer.json")
    held = args.valid.read_text().splitlines()
    documents = held[:args.stories]
    text = "\n<|endoftext|>\n".join(documents) + "\n"
    (args.out / "valid.txt").write_text(text)

    exact = load_folder(args.model, kind=torch.float64)
    sparse = "skein_attention_spans" in exact.config
    prompt = [tokenizer.bos, *tokenizer.encode(PROMPT)]
    greedy = generate(exact, prompt, 100, 0, 0, None)
    value, scored = perplexity(exact, tokenizer, documents)
    golden = {
        "weights": ("sparse" if sparse else "fp16") + ", computed in binary64",
        "prompt": PROMPT, "prompt_ids": prompt,
        "greedy_ids": greedy, "greedy_text": tokenizer.decode(greedy),
        "greedy_note": "100 new tokens, or fewer where EOS came first",
        "logits_of": "the first 8 positions of prompt_ids + greedy_ids, the 5 largest",
        "logits": first_logits(exact, prompt + greedy, 8, 5),
        "perplexity": {
            "file": "valid.txt", "value": value, "tokens": scored, "documents": len(documents),
            "definition": "documents parted by lines <|endoftext|>, each stripped; BOS first; "
                          "every token after BOS is scored; EOS is not"},
        "tokenized": [{"text": t, "ids": tokenizer.encode(t)} for t in
                      (PROMPT, "Tom found a red kite.", "\"It's 3 o'clock,\" said Zo\u00eb.\n",
                       "  two  spaces", "\u732b \U0001f431")]}
    text = json.dumps(golden, indent=1)
    flat = re.sub(r"\[[-\d.,e\s]*\]", lambda m: " ".join(m.group().split()), text)
    (args.out / args.name).write_text(flat + "\n")

    print(f"valid.txt: perplexity {value:.4f} over {scored} tokens")
    many = held[:args.all]
    if sparse:
        value = perplexity(load_folder(args.model), tokenizer, many)[0]
        print(f"sparse: perplexity {value:.4f} over {len(many)} held-out stories")
        return
    weights = args.model / "model.safetensors"
    for name, bits, group in (("fp16", 0, 0), ("int8, groups of 16", 8, 16),
                              ("int4, groups of 16", 4, 16), ("int3, groups of 16", 3, 16)):
        decoder = load(weights)
        decoder = rounded_to(decoder, bits, group) if bits else decoder
        print(f"{name}: perplexity {perplexity(decoder, tokenizer, many)[0]:.4f} "
              f"over {len(many)} held-out stories")


if __name__ == "__main__":
    main()
