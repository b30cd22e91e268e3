"""Fine-tunes the sparse, quantised variant of the dense model; see sparse.py and README.md."""
import argparse
import math
import time
from pathlib import Path

import torch
import torch.nn.functional as F

from model import load
from one_shot import start_from
from sparse import SparseDecoder
from tokenizer import Tokenizer
from train import Batches, encode, validate, weights_of


def optimizer_for(decoder, rate):
    """The logarithms of the scales go slower than the weights, and nothing decays."""
    scales = [p for n, p in decoder.named_parameters() if n.endswith("log_scale")]
    others = [p for n, p in decoder.named_parameters() if not n.endswith("log_scale")]
    return torch.optim.AdamW([{"params": others, "times": 1.0}, {"params": scales, "times": 0.5}],
                             lr=rate, betas=(0.9, 0.95), eps=1e-8, weight_decay=0)


def loss_of(student, teacher, targets, weights, share):
    """Cross entropy with the text, and with what the dense model says of it."""
    student = student.float().flatten(0, 1).log_softmax(-1)
    text = F.nll_loss(student, targets.flatten(), weights)
    teacher = teacher.float().flatten(0, 1).softmax(-1)
    every = weights[targets.flatten()]
    dense = -((teacher * student).sum(-1) * every).sum() / every.sum()
    return (1 - share) * text + share * dense, text


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--text", type=Path, required=True, help="folder of train.txt, valid.txt")
    parser.add_argument("--dense", type=Path, required=True, help="folder of the dense model")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint, .pt")
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rows", type=int, default=8)
    parser.add_argument("--length", type=int, default=224)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--warmup", type=int, default=40)
    parser.add_argument("--every", type=int, default=50, help="steps between validations")
    parser.add_argument("--held", type=int, default=60, help="held-out stories of a validation")
    parser.add_argument("--cast-weight", type=float, default=2.0)
    parser.add_argument("--teach", type=float, default=0.7, help="share of the teacher's loss")
    parser.add_argument("--calibration", type=int, default=8, help="batches for the first masks")
    parser.add_argument("--resume", type=Path, help="go on from this checkpoint")
    parser.add_argument("--seed", type=int, default=2030)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(args.seed)
    tokenizer = Tokenizer(args.dense / "tokenizer.json")
    train, starts = encode(args.text / "train.txt", tokenizer)
    valid, valid_starts = encode(args.text / "valid.txt", tokenizer)
    dense = load(args.dense / "model.safetensors")
    batches = Batches(train, starts, args.rows, args.length, args.seed)
    begin = time.time()

    def held(decoder):
        decoder.eval()
        loss = validate(decoder, valid, valid_starts, args.held)
        decoder.train()
        return loss

    if args.resume:
        decoder = SparseDecoder()
        decoder.load_state_dict(torch.load(args.resume))
    else:
        def report(decoder, name):
            print(f"{name}: {validate(decoder, valid, valid_starts, 20):.4f}, "
                  f"{time.time() - begin:.0f} s", flush=True)
        decoder = start_from(dense, [batches.next()[0] for _ in range(args.calibration)], report)
        torch.save(decoder.state_dict(), args.out)
    print(f"one shot: {held(decoder):.4f}", flush=True)
    tune(decoder, dense, batches, weights_of(tokenizer, args.cast_weight), held, args)


def tune(decoder, dense, batches, weights, held, args):
    optimizer, begin = optimizer_for(decoder, args.rate), time.time()
    with open(args.log, "w") as log:
        log.write("step,tokens,seconds,rate,train_loss,valid_loss\n")
        tokens, running, step, done = 0, [], 0, 0.0
        while done < 1:
            step += 1
            scale = min(1, step / args.warmup) * (0.02 + 0.49 * (1 + math.cos(math.pi * done)))
            for group in optimizer.param_groups:
                group["lr"] = args.rate * scale * group["times"]
            inputs, targets = batches.next()
            with torch.autocast("cpu", dtype=torch.bfloat16):
                with torch.no_grad():
                    teacher = dense(inputs)
                student = decoder(inputs)
            loss, text = loss_of(student, teacher, targets, weights, args.teach)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(decoder.parameters(), 1.0)
            optimizer.step()
            tokens += inputs.numel()
            running.append(text.item())
            done = (time.time() - begin) / 60 / args.minutes
            if step % args.every == 0 or done >= 1:
                torch.save(decoder.state_dict(), args.out)
                log.write(f"{step},{tokens},{time.time() - begin:.0f},{args.rate * scale:.6f},"
                          f"{sum(running) / len(running):.4f},{held(decoder):.4f}\n")
                log.flush()
                running = []


if __name__ == "__main__":
    main()
