"""Trains the decoder on stories (one a line) and writes the model folder's weights and config."""
import argparse
import json
import math
import tempfile
import time
from pathlib import Path

import numpy
import torch
import torch.distributed
import torch.multiprocessing
import torch.nn.functional as F

from grammar import PRONOUNS, Grammar
from model import CONFIG, Decoder, load, save
from tokenizer import Tokenizer


def encode(path, tokenizer):
    """All documents, BOS story EOS, in one array, and where each begins."""
    cache = path.with_suffix(".npz")
    if cache.exists() and cache.stat().st_mtime > path.stat().st_mtime:
        arrays = numpy.load(cache)
        return arrays["tokens"], arrays["starts"]
    documents = [[tokenizer.bos, *tokenizer.encode(line.rstrip("\n")), tokenizer.eos]
                 for line in open(path)]
    starts = numpy.cumsum([0] + [len(d) for d in documents])
    tokens = numpy.concatenate([numpy.array(d, "u2") for d in documents])
    numpy.savez(cache, tokens=tokens, starts=starts)
    return tokens, starts


GRAMMAR = Path(__file__).parent / "grammar"


class Batches:
    """Rows that begin with a story and go on with the next ones, each story first once an epoch.

    A row begins with BOS, as a prompt does. Every eighth batch has rows of twice the length, so
    that the last positions are trained too.
    """

    def __init__(self, data, starts, rows, length, seed):
        self.data, self.starts, self.rows, self.length = data, starts[:-1], rows, length
        self.rng, self.queue, self.count = numpy.random.default_rng(seed), [], 0

    def next(self):
        self.count += 1
        factor = 2 if self.count % 8 == 0 else 1
        need = self.rows // factor
        if len(self.queue) < need:
            self.queue = list(self.rng.permutation(len(self.starts)))
        picks = [self.queue.pop() for _ in range(need)]
        length = self.length * factor
        rows = [numpy.take(self.data, range(self.starts[p], self.starts[p] + length + 1),
                           mode="wrap") for p in picks]
        batch = torch.from_numpy(numpy.stack(rows).astype("i8"))
        return batch[:, :-1], batch[:, 1:]


def cast(tokenizer, tables):
    """First tokens of each word of these tables: at the start of a text and after a space."""
    for table in tables:
        for row in Grammar(GRAMMAR).tables[table][1]:
            word = "".join(row[0][0])
            yield tokenizer.encode(word)[0], tokenizer.encode(" " + word)[0]


def weights_of(tokenizer, weight):
    """A loss weight a token: names, things and pronouns are few, and they carry the thread."""
    weights = torch.ones(len(tokenizer.vocab))
    for pair in cast(tokenizer, ("girl", "boy", "petname", "pet", "toy", "found", "animal", "job")):
        weights[list(pair)] = weight
    for word in {w for group in PRONOUNS.values() for w in group}:
        for text in (" " + word, " " + word.capitalize()):
            weights[tokenizer.encode(text)[0]] = weight
    return weights


def spread_names(decoder, tokenizer, norm=1.25):
    """Sets the names apart from each other.

    All names are used in the same places, so what they have in common grows first; what tells them
    apart stays as small as it began, and no attention head learns to copy what it can not see.
    " Tom" and "Tom" get the same difference.
    """
    size = decoder.config["hidden_size"]
    with torch.no_grad():
        weight = decoder.embed_tokens.weight
        for tables in (("girl",), ("boy",), ("petname",)):
            pairs = torch.tensor(list(cast(tokenizer, tables)))
            mean = weight[pairs].mean(0)
            weight[pairs] = mean + torch.randn(len(pairs), 1, size) * norm * size ** -0.5


@torch.no_grad()
def validate(decoder, data, starts, count):
    """Mean loss a token over documents; every token after BOS is scored, EOS included."""
    total, tokens = 0.0, 0
    for begin, end in list(zip(starts, starts[1:]))[:count]:
        row = torch.from_numpy(data[begin:end].astype("i8"))
        logits = decoder(row[None, :-1])[0]
        total += F.cross_entropy(logits, row[1:], reduction="sum").item()
        tokens += len(row) - 1
    return total / tokens


def optimizer_for(decoder, rate):
    matrices = [p for p in decoder.parameters() if p.dim() == 2]
    gains = [p for p in decoder.parameters() if p.dim() == 1]
    return torch.optim.AdamW([{"params": matrices, "weight_decay": 0.1},
                              {"params": gains, "weight_decay": 0.0}],
                             lr=rate, betas=(0.9, 0.95), eps=1e-8)


def average_gradients(decoder, workers, done):
    """One message a step; with it goes `done`, so that all processes agree on the time."""
    flat = torch.cat([p.grad.flatten() for p in decoder.parameters()] + [torch.tensor([done])])
    torch.distributed.all_reduce(flat)
    at = 0
    for p in decoder.parameters():
        p.grad.copy_(flat[at:at + p.numel()].view_as(p)).div_(workers)
        at += p.numel()
    return flat[-1].item() / workers


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--text", type=Path, required=True, help="folder of train.txt, valid.txt")
    parser.add_argument("--out", type=Path, required=True, help="model folder, has tokenizer.json")
    parser.add_argument("--log", type=Path, required=True, help="loss.csv")
    parser.add_argument("--minutes", type=float, default=35,
                        help="the learning rate follows the clock, on a shared machine too")
    parser.add_argument("--rows", type=int, default=8, help="a worker's rows in a batch")
    parser.add_argument("--length", type=int, default=224)
    parser.add_argument("--rate", type=float, default=2.5e-3)
    parser.add_argument("--warmup", type=int, default=200)
    parser.add_argument("--every", type=int, default=100, help="steps between validations")
    parser.add_argument("--held", type=int, default=60, help="held-out stories of a validation")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cast-weight", type=float, default=2.0,
                        help="how much a name, a thing or a pronoun counts in the loss")
    parser.add_argument("--resume", action="store_true", help="go on from the model in --out")
    parser.add_argument("--seed", type=int, default=2026)
    args = parser.parse_args()
    args.out.joinpath("config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    args.out.joinpath("generation_config.json").write_text(json.dumps(
        {"bos_token_id": 0, "eos_token_id": 1, "do_sample": True, "temperature": 0.5,
         "top_k": 40, "max_length": CONFIG["max_position_embeddings"]}, indent=2) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        torch.multiprocessing.spawn(work, (args, folder + "/rendezvous"), args.workers)


def work(rank, args, rendezvous):
    """A process a core: each has its own batches, and they average their gradients."""
    torch.distributed.init_process_group("gloo", init_method="file://" + rendezvous, rank=rank,
                                         world_size=args.workers)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)     # the softmax of a masked score would be very slow
    torch.manual_seed(args.seed)       # the same weights at the start in each process

    tokenizer = Tokenizer(args.out / "tokenizer.json")
    train, train_starts = encode(args.text / "train.txt", tokenizer)
    valid, valid_starts = encode(args.text / "valid.txt", tokenizer)
    if args.resume:
        decoder = load(args.out / "model.safetensors").train()
    else:
        decoder = Decoder()
        spread_names(decoder, tokenizer)
    weights = weights_of(tokenizer, args.cast_weight)
    if rank == 0:
        print(f"{sum(p.numel() for p in decoder.parameters())} parameters, {len(train)} "
              f"tokens in {len(train_starts) - 1} stories", flush=True)
    batches = Batches(train, train_starts, args.rows, args.length, args.seed + rank)
    optimizer, begin = optimizer_for(decoder, args.rate), time.time()

    with open(args.log if rank == 0 else "/dev/null", "w") as log:
        log.write("step,tokens,seconds,rate,train_loss,valid_loss\n")
        tokens, running, step, done = 0, [], 0, 0.0
        while done < 1:
            step += 1
            # Linear warm-up, then a cosine down to a fiftieth.
            scale = min(1, step / args.warmup) * (0.02 + 0.49 * (1 + math.cos(math.pi * done)))
            for group in optimizer.param_groups:
                group["lr"] = args.rate * scale
            inputs, targets = batches.next()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = decoder(inputs)
            loss = F.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), weights)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            done = average_gradients(decoder, args.workers,
                                     (time.time() - begin) / 60 / args.minutes)
            torch.nn.utils.clip_grad_norm_(decoder.parameters(), 1.0)
            optimizer.step()
            tokens += inputs.numel() * args.workers
            running.append(loss.item())
            if rank == 0 and (step % args.every == 0 or done >= 1):
                save(args.out / "model.safetensors", decoder)
                held = validate(decoder, valid, valid_starts, args.held)
                log.write(f"{step},{tokens},{time.time() - begin:.0f},{args.rate * scale:.6f},"
                          f"{sum(running) / len(running):.4f},{held:.4f}\n")
                log.flush()
                running = []


if __name__ == "__main__":
    main()
