"""The start of the sparse model: masks, widths and weights from the dense one, layer by layer.

Second order, as in SparseGPT and GPTQ: with H = X'X of a layer's inputs X on training text, going
through the columns, of each 16 weights the 8 with the largest w^2 / [H^-1]jj^2 stay; the error of a
column, pruned or rounded, is compensated by the columns that follow.
"""
import torch

from sparse import SparseDecoder, counts, qmax
from strips import BLOCK, KEPT

CANDIDATES = torch.linspace(1, 0.4, 25)


def hessians(decoder, batches, names):
    """X'X of the inputs of these layers."""
    sums, hooks = {}, []
    for name, module in decoder.linears().items():
        if name in names:
            def add(_, inputs, __, name=name):
                x = inputs[0].flatten(0, -2).double()
                sums[name] = sums.get(name, 0) + x.T @ x
            hooks.append(module.register_forward_hook(add))
    for batch in batches:
        decoder(batch)
    for hook in hooks:
        hook.remove()
    return sums


def best_scale(w, limit, importance):
    """w [rows, 16], limit and result [rows, 1]: the scale with the least weighted error."""
    largest = w.abs().amax(1, keepdim=True).clamp(min=1e-8) / limit
    scales = largest[:, None] * CANDIDATES.to(w)[:, None]
    q = torch.minimum(torch.maximum(w[:, None] / scales, -limit[:, None]), limit[:, None]).round()
    error = ((q * scales - w[:, None]).square() * importance).sum(-1)
    return scales[:, :, 0].gather(1, error.argmin(1, keepdim=True))


def widths(w, importance):
    """[rows / 16, columns / 16] bits: most where rounding costs most, as many in each strip."""
    rows, columns = w.shape
    parts = (w.view(rows, -1, BLOCK) * kept_first(w, importance)).flatten(0, 1)
    weights = importance.view(-1, 1, BLOCK).repeat(rows, 1, 1)
    limit = torch.full((len(parts), 1), float(qmax(3)), dtype=w.dtype)
    scale = best_scale(parts, limit, weights)
    error = ((torch.minimum(torch.maximum(parts / scale, -limit), limit).round() * scale - parts)
             .square() * weights[:, 0]).sum(-1)
    cost = error.view(rows // BLOCK, BLOCK, columns // BLOCK).sum(1)
    order = cost.argsort(1, descending=True)
    share, bits = counts(columns // BLOCK), torch.full(cost.shape, 3)
    bits.scatter_(1, order[:, :share[5] + share[4]], 4)
    bits.scatter_(1, order[:, :share[5]], 5)
    return bits


def kept_first(w, importance):
    """Mask by w^2 * H_jj (as Wanda); only to compare the widths."""
    score = (w.square() * importance).view(w.shape[0], -1, BLOCK)
    return keep(score)


def keep(score):
    mask = torch.zeros_like(score)
    return mask.scatter_(-1, score.topk(KEPT, -1).indices, 1)


@torch.no_grad()
def fit(linear, weight, hessian, prune=True):
    """Sets masks, widths, scales and weights of a layer from dense weights [rows, columns]."""
    w, (rows, columns) = weight.double().clone(), weight.shape
    diagonal = hessian.diagonal()
    hessian = hessian + torch.eye(columns) * (0.01 * diagonal.mean() + 1e-6)
    importance = hessian.diagonal()
    if prune:
        bits = widths(w, importance).repeat_interleave(BLOCK, 0)[:, :, None]
        linear.limit.copy_(2.0 ** (bits - 1) - 1)
    inverse = torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(hessian)),
                                    upper=True)
    scales = torch.zeros(rows, columns // BLOCK, dtype=torch.float64)
    mask = torch.ones(rows, columns, dtype=torch.float64)
    for j in range(columns):
        group, part = j // BLOCK, slice(j, j + BLOCK)
        limit = linear.limit[:, group].double()
        if j % BLOCK == 0:
            certain = inverse.diagonal()[part]
            if prune:
                mask[:, part] = keep(w[:, part].square() / certain.square())
            scales[:, group, None] = best_scale(w[:, part] * mask[:, part], limit,
                                                1 / certain.square())
        scale = scales[:, group, None]
        column = w[:, j:j + 1] * mask[:, j:j + 1]
        q = torch.minimum(torch.maximum(column / scale, -limit), limit).round() * scale
        error = (w[:, j:j + 1] - q) / inverse[j, j]
        w[:, j + 1:] -= error @ inverse[j:j + 1, j + 1:]
        w[:, j:j + 1] = column
    shape = linear.weight.shape
    linear.weight.copy_(w.view(shape))
    linear.mask.copy_(mask.view(shape))
    # A group far below the largest of its row has no integer scale of its own.
    scales = torch.maximum(scales, scales.amax(1, keepdim=True) / 255)
    linear.log_scale.copy_(scales.log()[:, :, None])


@torch.no_grad()
def start_from(dense, batches, report=lambda decoder, name: None):
    """A sparse decoder from a dense one; `batches` of tokens are the calibration."""
    decoder = SparseDecoder()
    plain = dict(dense.named_parameters())
    for name, parameter in decoder.named_parameters():
        if name in plain and plain[name].shape == parameter.shape:
            parameter.copy_(plain[name])
    linears = decoder.linears()
    for name, linear in linears.items():
        key = name if name != "lm_head" else "embed_tokens"
        linear.fixed = plain[key + ".weight"].detach()
    stages = [[n for n in linears if f"layers.{i}.{part}" in n] for i in range(len(decoder.layers))
              for part in ("self_attn.q", "self_attn.o", "mlp.gate", "mlp.down")]
    for stage in stages:
        if stage[0].endswith("q_proj"):
            stage += [stage[0].replace("q_proj", x) for x in ("k_proj", "v_proj")]
        if stage[0].endswith("gate_proj"):
            stage.append(stage[0].replace("gate_proj", "up_proj"))
    for stage in [*stages, ["lm_head"]]:
        sums = hessians(decoder, batches, stage)
        for name in stage:
            fit(linears[name], linears[name].fixed, sums[name], prune=name != "lm_head")
            linears[name].fixed = linears[name].projected().detach()
        report(decoder, stage[0])
    return decoder
