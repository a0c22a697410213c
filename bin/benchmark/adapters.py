"""The peer of the case smollm2-lora: transformers' model with low-rank adapters written by hand."""

import json

import torch
import torch.nn.functional as F
from transformers import AutoModelForCausalLM


class Adapted(torch.nn.Module):
    """x W + (alpha / rank) (x A) B with W frozen; B begins as 0."""

    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear, self.scale = linear, alpha / rank
        start = linear.in_features**-0.5
        self.a = torch.nn.Parameter(start * torch.randn(rank, linear.in_features))
        self.b = torch.nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x):
        return self.linear(x) + self.scale * F.linear(F.linear(x, self.a), self.b)


class AdaptersJob:
    """A step on one prompt; kind 'scored' reads out scored tokens only, 'dense' all of them."""

    def __init__(self, kind, given):
        torch.manual_seed(0)
        self.model = AutoModelForCausalLM.from_pretrained(
            given["folder"], attn_implementation="eager", dtype=torch.float32
        )
        self.model.requires_grad_(False)
        for layer in self.model.model.layers:
            attention = layer.self_attn
            for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
                linear = getattr(attention, name)
                setattr(attention, name, Adapted(linear, given["rank"], given["alpha"]))
        self.adapters = [p for p in self.model.parameters() if p.requires_grad]
        self.adam = torch.optim.Adam(self.adapters, lr=given["learningRate"])
        with open(given["batch"]) as file:
            prompt = json.load(file)
        may = torch.tensor(prompt["mask"])[None, None]
        self.inputs = {
            "input_ids": torch.tensor([prompt["tokens"]]),
            "position_ids": torch.tensor([prompt["positions"]]),
            "attention_mask": torch.where(may, 0.0, torch.finfo(torch.float32).min),
            "use_cache": False,
        }
        self.at, self.next = torch.tensor(prompt["scored"]).T
        if kind == "scored":
            self.inputs["logits_to_keep"] = self.at
        self.kind = kind

    def once(self):
        self.adam.zero_grad(set_to_none=True)
        logits = self.model(**self.inputs).logits[0]
        loss = F.cross_entropy(logits if self.kind == "scored" else logits[self.at], self.next)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.adapters, 1.0)
        self.adam.step()
        return [loss.item()]
