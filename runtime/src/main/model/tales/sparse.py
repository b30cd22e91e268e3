"""Sparse, quantised linear layers that compute with exactly the weights that are exported.

A matrix is cut into blocks of 16 rows x 16 columns. In each row of a block 8 of 16 weights are
kept; a block has a width of 3, 4 or 5 bits, and each strip of 16 rows has the same number of
blocks of each width. A row of a block is a group: its scale is an integer 1..255 times the row's
binary32 scale. The integers are symmetric. Masks and widths are chosen once and then kept.
"""
import json
import re

import torch
import torch.nn.functional as F
from torch import nn

from model import CONFIG, Decoder, load, read_tensors
from strips import BLOCK, KEPT, read_row_tile, read_strip_tile

# Shares of the widths in bits: those that the scheme mixed3.5 has.
MEAN_BITS = 3.5
WIDTHS = {3: 0.6162, 4: 0.2676, 5: 0.1162}
HEAD_BITS = 4
SCHEME = "mixed3.5g16@8:16/w4g16"
# See README.md: the heads of a layer see the first block and their own, or the last two, or one.
GLOBAL, PAIR, OWN = ({"global": g, "window": w, "growth": 0} for g, w in ((1, 1), (0, 2), (0, 1)))
SPANS = [[PAIR, PAIR], [GLOBAL, OWN], [GLOBAL, PAIR], [GLOBAL, PAIR]]
SPARSE_CONFIG = {**CONFIG, "tie_word_embeddings": False, "skein_attention_spans": SPANS}


def qmax(bits):
    return 2 ** (bits - 1) - 1


def counts(blocks):
    """How many blocks of a strip have which width: {bits: count}.

    By largest remainder, and then as many 4 for 3 bits as the average leaves room for.
    """
    whole = {b: int(share * blocks + 1e-9) for b, share in WIDTHS.items()}
    rest = sorted(WIDTHS, key=lambda b: (round(whole[b] - WIDTHS[b] * blocks, 6), b))
    for b in rest[:blocks - sum(whole.values())]:
        whole[b] += 1
    while sum(b * n for b, n in whole.items()) + 1 <= MEAN_BITS * blocks:
        whole[3] -= 1
        whole[4] += 1
    return whole


def rounded_inputs(x):
    """Each vector to int8, one scale for all of it."""
    scale = x.abs().amax(-1, keepdim=True).clamp(min=1e-20) / 127
    return (x / scale).round_().mul_(scale)


class Grid(torch.autograd.Function):
    """Rounds weights to the grid; gradients go straight through, to the scales as in LSQ."""

    @staticmethod
    def forward(ctx, weight, scale, limit, mask):
        v = weight / scale
        q = torch.minimum(torch.maximum(v, -limit), limit).round_()
        inside = v.abs() <= limit + 0.5
        ctx.save_for_backward(inside * mask, (q - torch.where(inside, v, torch.zeros(()))) * mask)
        return q.mul_(scale).mul_(mask)

    @staticmethod
    def backward(ctx, gradient):
        inside, slope = ctx.saved_tensors
        return gradient * inside, (gradient * slope).sum(-1, keepdim=True), None, None


class SparseLinear(nn.Module):
    """A layer as the device computes it: rounded weights, and in training int8 inputs too.

    weight [rows, groups, 16], log_scale [rows, groups, 1], limit (of the integers), mask.
    """

    def __init__(self, rows, columns):
        super().__init__()
        groups = columns // BLOCK
        self.weight = nn.Parameter(torch.zeros(rows, groups, BLOCK))
        self.log_scale = nn.Parameter(torch.zeros(rows, groups, 1))
        self.register_buffer("mask", torch.ones(rows, groups, BLOCK))
        self.register_buffer("limit", torch.ones(rows, groups, 1))

    def scales(self):
        """The scales of the groups as integers [rows, groups, 1] and of the rows [rows, 1, 1]."""
        scale = self.log_scale.detach().exp()
        row = scale.amax(1, keepdim=True) / 255
        return (scale / row).round_().clamp_(1, 255), row

    def projected(self):
        """[rows, columns]: the values of the integers and scales that would be exported now."""
        integer, row = self.scales()
        free = self.log_scale.exp()
        scale = free + (integer * row - free).detach()
        return Grid.apply(self.weight, scale, self.limit, self.mask).flatten(1)

    @torch.no_grad()
    def exported(self):
        """Integers [rows, columns], group scales [rows, groups] and row scales [rows]."""
        integer, row = self.scales()
        q = (self.projected().view_as(self.weight) / (integer * row)).round_()
        return q.flatten(1), integer[:, :, 0], row[:, 0, 0]

    def train(self, mode=True):
        # Nothing changes between steps of an evaluation.
        self.fixed = None if mode else self.projected().detach()
        return super().train(mode)

    def forward(self, x):
        if self.training:
            x = x + (rounded_inputs(x.detach()) - x.detach())
        return F.linear(x, self.projected() if self.fixed is None else self.fixed)


class SparseDecoder(Decoder):
    """The decoder with sparse layers; the output layer is dense, of HEAD_BITS, and not tied."""

    def __init__(self, config=None):
        super().__init__(config or SPARSE_CONFIG)
        for layer in self.layers:
            for part in (layer.self_attn, layer.mlp):
                for name, linear in list(part.named_children()):
                    setattr(part, name, SparseLinear(*linear.weight.shape))
        self.lm_head = SparseLinear(*self.embed_tokens.weight.shape)
        self.lm_head.limit.fill_(qmax(HEAD_BITS))
        self.train()

    def linears(self):
        return {n: m for n, m in self.named_modules() if isinstance(m, SparseLinear)}


def skein_name(name):
    """The tensor of a compressed matrix: layers.0.mlp.up_proj.weight is layer.0.up.weight.skein."""
    name = re.sub(r"layers\.(\d+)\.\w+\.(\w+)_proj", r"layer.\1.\2", name)
    return name.replace("lm_head", "head") + ".skein"


def load_sparse(path, kind=torch.float32):
    """An exported model, its weights the exact products of integers and scales in `kind`."""
    decoder, arrays = Decoder(SPARSE_CONFIG).to(kind), read_tensors(path)
    for name, parameter in decoder.named_parameters():
        if "model." + name in arrays:
            array = arrays["model." + name].astype("f8")
        else:
            raw = arrays[skein_name(name)]
            q, scales, rows = (read_row_tile(raw, *parameter.shape, HEAD_BITS)
                               if name.startswith("lm_head")
                               else read_strip_tile(raw, *parameter.shape))
            array = (q * scales.astype("i8").repeat(BLOCK, 1)) * rows.astype("f8")[:, None]
        parameter.data = torch.from_numpy(array).to(kind)
    return decoder.eval()


def load_folder(folder, kind=torch.float32):
    """The dense or the sparse model, whichever is there."""
    config = json.loads((folder / "config.json").read_text())
    sparse = "skein_attention_spans" in config
    return (load_sparse if sparse else load)(folder / "model.safetensors", kind=kind)
