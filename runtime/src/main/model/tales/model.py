"""The decoder (LLaMA architecture) and its safetensors file, in plain PyTorch.

Tensor names and the order of RoPE's halves are those of Hugging Face's LlamaForCausalLM.
"""
import json
import struct

import numpy
import torch
import torch.nn.functional as F
from torch import nn

CONFIG = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 2048,
    "hidden_size": 192, "intermediate_size": 512, "num_hidden_layers": 4,
    "num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 32,
    "max_position_embeddings": 512, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
    "rope_scaling": None, "hidden_act": "silu", "attention_bias": False, "mlp_bias": False,
    "attention_dropout": 0.0, "initializer_range": 0.02, "tie_word_embeddings": True,
    "bos_token_id": 0, "eos_token_id": 1, "torch_dtype": "float16", "use_cache": True}


class RmsNorm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(size)), eps

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps) * self.weight


def rope(x, cos, sin):
    """Element i turns with element i + head_dim / 2."""
    a, b = x.chunk(2, -1)
    return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)


class Attention(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.heads, self.kv, self.dim = (
            c["num_attention_heads"], c["num_key_value_heads"], c["head_dim"])
        for name, rows in (("q", self.heads), ("k", self.kv), ("v", self.kv)):
            setattr(self, name + "_proj", nn.Linear(c["hidden_size"], rows * self.dim, bias=False))
        self.o_proj = nn.Linear(self.heads * self.dim, c["hidden_size"], bias=False)

    def forward(self, x, cos, sin, mask):
        batch, length, _ = x.shape
        q = self.q_proj(x).view(batch, length, self.heads, self.dim).transpose(1, 2)
        k = self.k_proj(x).view(batch, length, self.kv, self.dim).transpose(1, 2)
        v = self.v_proj(x).view(batch, length, self.kv, self.dim).transpose(1, 2)
        group = self.heads // self.kv
        # Query head h reads kv head h // group: all heads of a group in one product.
        group = self.heads // self.kv
        q = rope(q, cos, sin).reshape(batch, self.kv, group * length, self.dim)
        score = q @ rope(k, cos * self.dim ** -0.5, sin * self.dim ** -0.5).transpose(-1, -2)
        score = score.view(batch, self.heads, length, length) + mask
        mixed = score.softmax(-1).view(batch, self.kv, group * length, length) @ v
        mixed = mixed.view(batch, self.heads, length, self.dim)
        mixed = mixed.transpose(1, 2).reshape(batch, length, -1)
        return self.o_proj(mixed)


class Mlp(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.gate_proj = nn.Linear(c["hidden_size"], c["intermediate_size"], bias=False)
        self.up_proj = nn.Linear(c["hidden_size"], c["intermediate_size"], bias=False)
        self.down_proj = nn.Linear(c["intermediate_size"], c["hidden_size"], bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.self_attn, self.mlp = Attention(c), Mlp(c)
        self.input_layernorm = RmsNorm(c["hidden_size"], c["rms_norm_eps"])
        self.post_attention_layernorm = RmsNorm(c["hidden_size"], c["rms_norm_eps"])

    def forward(self, x, cos, sin, mask):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin, mask)
        return x + self.mlp(self.post_attention_layernorm(x))


def span_mask(length, span):
    """[length, length] bool, true where query t (row) sees key j (column): block-sparse attention.

    `span` is {"global": g, "window": w, "growth": x}; blocks have 64 tokens, all see the first g
    blocks and the last w of their own (x / 256 more a block of depth). Window 0 is dense.
    """
    query, key = torch.arange(length)[:, None], torch.arange(length)[None]
    if span["window"] == 0:
        return key <= query
    block = query // 64
    width = (span["window"] + (span["growth"] * block) // 256).clamp(min=1)
    first = (block - width + 1).clamp(min=span["global"])
    return (key <= query) & ((key < 64 * span["global"]) | (key >= 64 * first))


class Decoder(nn.Module):
    def __init__(self, c=CONFIG):
        super().__init__()
        self.config = c
        self.embed_tokens = nn.Embedding(c["vocab_size"], c["hidden_size"])
        self.layers = nn.ModuleList(Layer(c) for _ in range(c["num_hidden_layers"]))
        self.norm = RmsNorm(c["hidden_size"], c["rms_norm_eps"])
        if not c["tie_word_embeddings"]:
            self.lm_head = nn.Linear(c["hidden_size"], c["vocab_size"], bias=False)
        half = c["head_dim"] // 2
        rate = c["rope_theta"] ** (-torch.arange(half, dtype=torch.float64) / half)
        angle = torch.arange(c["max_position_embeddings"], dtype=torch.float64)[:, None] * rate
        # Spans of the attention, [layer][kv head], absent where attention is dense.
        spans = c.get("skein_attention_spans", [[{"window": 0}] * c["num_key_value_heads"]] *
                      c["num_hidden_layers"])
        group = c["num_attention_heads"] // c["num_key_value_heads"]
        hidden = [torch.cat([~span_mask(len(angle), span)[None].expand(group, -1, -1)
                             for span in heads]) for heads in spans]
        self.masks = [torch.zeros(h.shape).masked_fill(h, float("-inf")) for h in hidden]
        self.register_buffer("cos", angle.cos(), persistent=False)
        self.register_buffer("sin", angle.sin(), persistent=False)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                # What adds to the residual stream starts smaller, the deeper the network.
                deep = name.endswith(("o_proj.weight", "down_proj.weight"))
                nn.init.normal_(weight, std=0.02 if not deep else
                                0.02 * (2 * c["num_hidden_layers"]) ** -0.5)

    def forward(self, tokens):
        """tokens [batch, length] to logits [batch, length, vocab]."""
        length, kind = tokens.shape[1], self.norm.weight.dtype
        cos, sin = self.cos[:length].to(kind), self.sin[:length].to(kind)
        x = self.embed_tokens(tokens)
        for layer, mask in zip(self.layers, self.masks):
            x = layer(x, cos, sin, mask[:, :length, :length].to(kind))
        x = self.norm(x)
        if self.config["tie_word_embeddings"]:
            return F.linear(x, self.embed_tokens.weight)
        return self.lm_head(x)


def write_tensors(path, tensors, metadata):
    """A safetensors file: length of the header, JSON header padded to 8 bytes, data."""
    header, data, at = {"__metadata__": metadata}, [], 0
    for name, array in tensors.items():
        raw = array.tobytes()
        header[name] = {"dtype": {"f": "F16", "u": "U8"}[array.dtype.kind],
                        "shape": list(array.shape), "data_offsets": [at, at + len(raw)]}
        data.append(raw)
        at += len(raw)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + b"".join(data))


def read_tensors(path):
    """The arrays of such a file by name."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    arrays = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            kind = {"F16": "<f2", "U8": "u1"}[entry["dtype"]]
            arrays[name] = numpy.frombuffer(data[begin:end], kind).reshape(entry["shape"])
    return arrays


def save(path, decoder):
    """The weights as fp16."""
    write_tensors(path, {"model." + name: tensor.half().numpy().astype("<f2")
                         for name, tensor in sorted(decoder.state_dict().items())},
                  {"format": "pt"})


def load(path, config=CONFIG, kind=torch.float32):
    """The dense model."""
    decoder = Decoder(config)
    decoder.load_state_dict({name[len("model."):]: torch.from_numpy(array.astype("f4"))
                             for name, array in read_tensors(path).items()})
    return decoder.to(kind).eval()
