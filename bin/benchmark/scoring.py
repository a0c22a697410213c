"""The peer of the case smollm2: transformers' model over a cache of the context, read once."""

import copy
import json

import torch
from transformers import AutoModelForCausalLM, DynamicCache

TOKENS_AT_ONCE = 2048


class ScoringJob:
    """Scores every test; kind 'cached' in fp32, 'bf16' in bfloat16.

    It shares what ours shares: tests that differ in their last token run once, batches are sorted
    by length, and only the rows before scored tokens are read out.
    """

    def __init__(self, kind, given):
        dtype = torch.bfloat16 if kind == "bf16" else torch.float32
        self.model = AutoModelForCausalLM.from_pretrained(
            given["folder"], attn_implementation="sdpa", dtype=dtype
        )
        self.model.requires_grad_(False)
        with open(given["batch"]) as file:
            prompt = json.load(file)
        self.context = torch.tensor([prompt["context"]])
        self.tests = prompt["tests"]
        runs = {}
        for index, test in enumerate(self.tests):
            runs.setdefault(tuple(test["tokens"][:-1]), []).append(index)
        self.batches = []
        for run in sorted(runs, key=len):
            if not self.batches or (len(self.batches[-1]) + 1) * len(run) > TOKENS_AT_ONCE:
                self.batches.append([])
            self.batches[-1].append(run)
        self.runs = runs

    def score(self, batch, cache, scores):
        longest = max(map(len, batch))
        tokens = torch.tensor([[*run, *[0] * (longest - len(run))] for run in batch])
        own = copy.deepcopy(cache)
        own.batch_repeat_interleave(len(batch))
        finals = self.model.model(input_ids=tokens, past_key_values=own).last_hidden_state
        rows, words, places = [], [], []
        for b, run in enumerate(batch):
            for index in self.runs[run]:
                test = self.tests[index]
                for at in range(test["scoredFrom"], len(test["tokens"])):
                    rows.append(b * longest + at - 1)
                    words.append(test["tokens"][at])
                    places.append(index)
        used, back = torch.unique(torch.tensor(rows), return_inverse=True)
        logits = self.model.lm_head(finals.flatten(0, 1)[used]).float()
        logs = logits.log_softmax(-1)[back, torch.tensor(words)]
        for index, value in zip(places, logs.tolist()):
            scores[index] += value

    def once(self):
        scores = [0.0] * len(self.tests)
        with torch.inference_mode():
            cache = DynamicCache()
            self.model.model(input_ids=self.context, past_key_values=cache)
            for batch in self.batches:
                self.score(batch, cache, scores)
        return scores
