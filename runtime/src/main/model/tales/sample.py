"""Continues prompts with a trained model, computed in binary32."""
import argparse
from pathlib import Path

import torch

from sparse import load_folder
from tokenizer import Tokenizer


@torch.no_grad()
def generate(decoder, tokens, count, temperature, top_k, rng):
    """Ids after `tokens`, up to and without EOS; temperature 0 is greedy."""
    tokens = list(tokens)
    start = len(tokens)
    for _ in range(count):
        logits = decoder(torch.tensor([tokens]))[0, -1]
        if temperature == 0:
            token = int(logits.argmax())
        else:
            best, ids = (logits / temperature).topk(top_k)
            token = int(ids[torch.multinomial(best.softmax(-1), 1, generator=rng)])
        if token == Tokenizer.eos:
            break
        tokens.append(token)
    return tokens[start:]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="model folder")
    parser.add_argument("--prompt", action="append", required=True)
    parser.add_argument("--count", type=int, default=250, help="new tokens at most")
    parser.add_argument("--temperature", type=float, default=0.5)
    parser.add_argument("--top-k", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(1)
    tokenizer = Tokenizer(args.model / "tokenizer.json")
    decoder = load_folder(args.model)
    rng = torch.Generator().manual_seed(args.seed)
    for prompt in args.prompt:
        tokens = generate(decoder, [tokenizer.bos, *tokenizer.encode(prompt)], args.count,
                          args.temperature, args.top_k, rng)
        print(f"{prompt}{tokenizer.decode(tokens)}\n")


if __name__ == "__main__":
    main()
