"""A tiny GGUF file of the llama architecture with random weights, for test/bin/weights.test.ts:

    python test/bin/tiny_gguf.py FILE CHANGE

Writes FILE, and beside it FILE.json with the numbers of each weight as they are in the file. CHANGE
is what is wrong with the file, or 'nothing'.
"""

import json
import sys

import gguf
import numpy

C, L, H, KEYS, MLP = 64, 2, 4, 2, 96
D = C // H


def byte_characters():
    """The characters that stand for the 256 bytes, as in GPT-2."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in plain]
    return [chr(byte) for byte in plain] + [chr(256 + i) for i in range(len(rest))]


def main(file, change):
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    # the last ones would join two Arabic digits, were they not split before
    merges = ["h e", "l l", "Ġ t", "1 2", "Ù £", "Ù£ Ù"]
    tokens = special + byte_characters() + [merge.replace(" ", "") for merge in merges]
    if change == "merges":
        merges.append("h x")
    if change == "tokens":
        tokens[5] = tokens[4]
    out = gguf.GGUFWriter(file, "mamba" if change == "architecture" else "llama")
    out.add_block_count(500_000_000 if change == "layers" else L)
    out.add_context_length(128)
    if change == "width":
        out.add_string("llama.embedding_length", "wide")
    else:
        out.add_embedding_length(0 if change == "no width" else C)
    out.add_feed_forward_length(MLP)
    out.add_head_count(0 if change == "no heads" else H)
    out.add_head_count_kv(KEYS)
    out.add_rope_freq_base(100000.0)
    out.add_rope_dimension_count(D // 2 if change == "heads" else D)
    out.add_layer_norm_rms_eps(float("nan") if change == "epsilon" else 1e-5)
    out.add_tokenizer_model("llama" if change == "tokenizer" else "gpt2")
    out.add_tokenizer_pre("smollm")
    out.add_token_list(tokens)
    out.add_token_types([3] * len(special) + [1] * (len(tokens) - len(special)))
    out.add_token_merges(merges)
    out.add_bos_token_id(1)
    out.add_eos_token_id(2)
    random, numbers = numpy.random.default_rng(0), {}

    def add(name, *shape, kind="Q4_1"):
        if change == f"no {name}":
            return
        values = random.standard_normal(shape, numpy.float32) / 8
        if change == f"large {name}":
            values[0] = 1e6
        if change == f"int8 {name}":
            out.add_tensor(f"{name}.weight", values.astype(numpy.int8))
        elif len(shape) == 1:
            out.add_tensor(f"{name}.weight", values)
        else:
            kind = gguf.GGMLQuantizationType[kind]
            data = gguf.quantize(values, kind)
            values = gguf.dequantize(data, kind)
            out.add_tensor(f"{name}.weight", data, raw_dtype=kind)
        numbers[f"{name}.weight"] = values.tolist()

    add("token_embd", len(tokens), C, kind="Q8_0")
    for block in (f"blk.{layer}" for layer in range(L)):
        add(f"{block}.attn_norm", C)
        add(f"{block}.attn_q", C, C)
        add(f"{block}.attn_k", D * KEYS, C)
        add(f"{block}.attn_v", D * KEYS, C)
        add(f"{block}.attn_output", C, C)
        add(f"{block}.ffn_norm", C)
        add(f"{block}.ffn_gate", MLP, C)
        add(f"{block}.ffn_up", MLP + (32 if change == "shape" else 0), C)
        add(f"{block}.ffn_down", C, MLP)
    add("output_norm", C)
    if change == "bias":
        add("blk.0.attn_q_bias", C)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    with open(f"{file}.json", "w") as side:
        json.dump(numbers, side)


main(*sys.argv[1:3])
