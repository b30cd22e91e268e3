"""Writes the trained sparse model as a folder that Skein reads: integers, scales, masks, spans.

The layers go out exactly as they were trained, in the bytes of the device; the embedding table and
the norms are fp16.
"""
import argparse
import json
from pathlib import Path

import numpy
import torch

from model import write_tensors
from sparse import HEAD_BITS, SCHEME, SPARSE_CONFIG, SparseDecoder, qmax, skein_name
from strips import BLOCK, row_tile, strip_tile


def tile(linear):
    q, scales, rows = (t.numpy() for t in linear.exported())
    if linear.mask.min() == 1:
        return row_tile(q, HEAD_BITS, scales, rows)
    width = {qmax(b): b for b in (3, 4, 5)}
    bits = [[width[int(limit)] for limit in row] for row in linear.limit[::BLOCK, :, 0]]
    return strip_tile(q, bits, scales, rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True, help="of train_sparse.py")
    parser.add_argument("--dense", type=Path, required=True, help="folder of the dense model")
    parser.add_argument("--out", type=Path, required=True, help="model folder")
    args = parser.parse_args()
    decoder = SparseDecoder()
    decoder.load_state_dict(torch.load(args.checkpoint))
    tensors, metadata = {}, {"format": "pt", "skein.scheme": SCHEME}
    body, head = SCHEME.split("/")
    for name, linear in sorted(decoder.linears().items()):
        key = skein_name(name + ".weight")
        tensors[key] = numpy.frombuffer(tile(linear), "u1")
        rows, columns = linear.weight.flatten(1).shape
        metadata[key] = f"{head if name == 'lm_head' else body} [{rows}, {columns}]"
    for name, parameter in sorted(decoder.named_parameters()):
        if not name.endswith(("log_scale", "proj.weight", "lm_head.weight")):
            tensors["model." + name] = parameter.detach().half().numpy()
    args.out.mkdir(parents=True, exist_ok=True)
    write_tensors(args.out / "model.safetensors", tensors, metadata)
    args.out.joinpath("config.json").write_text(json.dumps(SPARSE_CONFIG, indent=2) + "\n")
    for name in ("tokenizer.json", "tokenizer_config.json", "generation_config.json"):
        args.out.joinpath(name).write_bytes((args.dense / name).read_bytes())


if __name__ == "__main__":
    main()
