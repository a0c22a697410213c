"""The benchmark's peer: the course's network in PyTorch, with the same weights and prompts.

Started by benchmark.mjs as `python peer.py KIND`; answers one line of JSON on each line of JSON it
is given.
KIND: dense (eager, one mask over the doubled context), structured (eager, the mask is never built),
      compile (torch.compile of dense), scored (with adapters: only scored tokens are read out),
      cached and bf16 (queries over a context that was read once, in fp32 and in bfloat16).
"""

import json
import resource
import struct
import sys
import time

import torch
import torch.nn.functional as F

LAYERNORM_EPSILON = 1e-5


def read_safetensors(path):
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
        body = file.read()
    facts = {name: entry for name, entry in header.items() if name != "__metadata__"}
    cut = lambda e: torch.frombuffer(
        bytearray(body[slice(*e["data_offsets"])]), dtype=torch.float32
    ).reshape(e["shape"])
    return {name: cut(entry) for name, entry in facts.items()}


class Network(torch.nn.Module):
    """Pre-LayerNorm GPT-2 over prompts of two tokens an example.

    Weights by the course's names, [in, out].
    """

    def __init__(self, size, method, weights):
        super().__init__()
        self.C, self.L, self.H = size["width"], size["layers"], size["heads"]
        self.doubled = method == "invicl"
        self.names = {name: name.replace(".", "_") for name in weights}
        for name, value in weights.items():
            self.register_parameter(self.names[name], torch.nn.Parameter(value))
        self.plans = {}

    def w(self, name):
        return getattr(self, self.names[name])

    def dense(self, h, name):
        weight = self.w(name + ".weight")
        return torch.addmm(self.w(name + ".bias"), h.reshape(-1, weight.shape[0]), weight).view(
            *h.shape[:-1], weight.shape[1]
        )

    def norm(self, h, name):
        return F.layer_norm(
            h, (self.C,), self.w(name + ".gain"), self.w(name + ".bias"), LAYERNORM_EPSILON
        )

    def qkv(self, h, l):
        """[B, T, C] -> three times [B, H, T, D]."""
        B, T, C = h.shape
        parts = self.dense(self.norm(h, f"blocks.{l}.norm1"), f"blocks.{l}.qkv").split(C, -1)
        return [z.view(B, T, self.H, C // self.H).transpose(1, 2) for z in parts]

    def add(self, h, heads, l):
        """Attention's answer and the MLP, added to the residual stream."""
        p = f"blocks.{l}."
        h = h + self.dense(heads.transpose(1, 2).reshape(h.shape), p + "projection")
        return h + self.dense(
            F.gelu(self.dense(self.norm(h, p + "norm2"), p + "up"), approximate="tanh"), p + "down"
        )

    def plan(self, n, m):
        """The mask as numbers to add and the position of each token."""
        if (n, m) not in self.plans:
            part = torch.tensor([0] * 2 * n + [1] * 2 * n * self.doubled + [2] * m)
            index = torch.cat(
                [torch.arange(n).repeat_interleave(2)] * (1 + self.doubled) + [torch.arange(m)]
            )
            offset = torch.cat(
                [torch.tensor([0, 1]).repeat(n)] * (1 + self.doubled)
                + [torch.zeros(m, dtype=torch.long)]
            )
            a, b = (part[:, None], index[:, None], offset[:, None]), (
                part[None],
                index[None],
                offset[None],
            )
            same = (a[0] == b[0]) & (a[1] == b[1])
            T = len(part)
            if self.doubled:
                may = (
                    (same & (b[2] <= a[2]))
                    | ((a[0] == 1) & (b[0] == 0) & (a[1] != b[1]))
                    | ((a[0] == 2) & (b[0] == 1))
                )
                position = torch.where(part == 2, torch.tensor(2), offset)
            else:
                may = torch.ones(T, T).tril().bool() & ((b[0] != 2) | same)
                position = torch.where(part == 2, torch.tensor(2 * n), torch.arange(T))
            self.plans[n, m] = torch.zeros(T, T).masked_fill(~may, float("-inf")), position
        return self.plans[n, m]

    def embed(self, x, y, x_test):
        labels = F.pad(y[..., None], (0, x.shape[-1] - 1))
        context = torch.stack([x, labels], 2).reshape(x.shape[0], -1, x.shape[-1])
        return self.dense(context, "readIn"), self.dense(x_test, "readIn")

    def read(self, h):
        return self.dense(self.norm(h, "normFinal"), "readOut")[..., 0]

    def forward(self, x, y, x_test):
        n, m = x.shape[1], x_test.shape[1]
        mask, position = self.plan(n, m)
        context, tests = self.embed(x, y, x_test)
        h = torch.cat([context] * (1 + self.doubled) + [tests], 1) + F.embedding(
            position, self.w("positions")
        )
        for l in range(self.L):
            q, k, v = self.qkv(h, l)
            h = self.add(h, F.scaled_dot_product_attention(q, k, v, attn_mask=mask), l)
        out = self.read(h)
        return out[:, self.doubled * 2 * n : -m : 2], out[:, -m:]


class Structured(Network):
    """InvICL without its mask.

    First copies alone, second copies over the others' first copies, tests over second copies.
    """

    def both(self, q, k, v, own, count, mask):
        """One softmax over the memory k, v and over the asking blocks themselves.

        own: the blocks' q, k, v [B, H, count, l, D].
        """
        B, H, Q, D = q.shape
        length = Q // count
        far = (q * D**-0.5) @ k.transpose(-1, -2)
        if mask is not None:
            far = far + mask
        near = (own[0] * D**-0.5) @ own[1].transpose(-1, -2) + torch.full(
            (length, length), float("-inf")
        ).triu(1)
        weights = torch.cat([far, near.reshape(B, H, Q, length)], -1).softmax(-1)
        far, near = weights.split([k.shape[2], length], -1)
        return far @ v + (near.reshape(B, H, count, length, length) @ own[2]).reshape(B, H, Q, D)

    def forward(self, x, y, x_test):
        B, n, m = x.shape[0], x.shape[1], x_test.shape[1]
        if ("loo", n) not in self.plans:
            block = torch.arange(n).repeat_interleave(2)
            self.plans["loo", n] = torch.zeros(2 * n, 2 * n).masked_fill(
                block[:, None] == block[None], float("-inf")
            )
        place = self.w("positions")
        context, tests = self.embed(x, y, x_test)
        first = second = context + place[:2].repeat(n, 1)
        tests = tests + place[2]
        blocks = lambda z, count: z.reshape(B, self.H, count, -1, z.shape[-1])
        for l in range(self.L):
            last = l == self.L - 1
            q1, k1, v1 = self.qkv(first, l)
            q2, k2, v2 = (q1, k1, v1) if l == 0 else self.qkv(second, l)
            q3, k3, v3 = self.qkv(tests, l)
            if not last:
                alone = F.scaled_dot_product_attention(
                    *(blocks(z, n) for z in (q1, k1, v1)), is_causal=True
                )
                first = self.add(first, alone.reshape(q1.shape), l)
            second = self.add(
                second,
                self.both(
                    q2, k1, v1, [blocks(z, n) for z in (q2, k2, v2)], n, self.plans["loo", n]
                ),
                l,
            )
            tests = self.add(
                tests, self.both(q3, k2, v2, [blocks(z, m) for z in (q3, k3, v3)], m, None), l
            )
        return self.read(second[:, ::2]), self.read(tests)


class Job:
    """One case: a network, a batch, and what is timed."""

    def __init__(self, kind, given):
        weights, batch = read_safetensors(given["weights"]), read_safetensors(given["batch"])
        self.x, self.y, self.x_test, self.y_test = (batch[k] for k in ("x", "y", "xTest", "yTest"))
        structured = kind == "structured" and given["method"] == "invicl"
        self.network = (Structured if structured else Network)(
            given["size"], given["method"], weights
        )
        self.call = torch.compile(self.network) if kind == "compile" else self.network
        self.what = given["what"]
        self.adam = torch.optim.Adam(
            self.network.parameters(), lr=given["learningRate"], betas=(0.9, 0.98)
        )

    def loss(self):
        at_x, at_tests = self.call(self.x, self.y, self.x_test)
        return (
            torch.cat([(at_x - self.y) ** 2, (at_tests - self.y_test) ** 2], 1).mean()
            / self.x.shape[-1]
        )

    def once(self):
        if self.what != "train":
            with torch.no_grad():
                return self.call(self.x, self.y, self.x_test)[1].flatten().tolist()
        self.adam.zero_grad(set_to_none=True)
        loss = self.loss()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(self.network.parameters()), 1.0)
        self.adam.step()
        return [loss.item()]


def peak():
    """The largest resident memory so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
        1 if sys.platform == "darwin" else 1024
    )


def main(kind):
    job, threads = None, 1
    torch.set_num_threads(threads)
    base = peak()
    print(json.dumps({"version": torch.__version__}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if asked["do"] == "prepare":
                torch.set_num_threads(asked["threads"])
                if asked["what"] == "adapt":
                    from adapters import AdaptersJob  # needs transformers

                    job = AdaptersJob(kind, asked)
                elif asked["what"] == "score":
                    from scoring import ScoringJob  # needs transformers

                    job = ScoringJob(kind, asked)
                else:
                    job = Job(kind, asked)
                answer = {"values": job.once()}
            else:
                cpu, wall = time.process_time(), time.perf_counter()
                for _ in range(asked["times"]):
                    job.once()
                answer = {
                    "wall": (time.perf_counter() - wall) * 1000 / asked["times"],
                    "cpu": (time.process_time() - cpu) * 1000 / asked["times"],
                    "memory": peak() - base,
                }
        except Exception as error:
            answer = {"failed": str(error).splitlines()[0][:200]}
        print(json.dumps(answer), flush=True)


main(sys.argv[1])
