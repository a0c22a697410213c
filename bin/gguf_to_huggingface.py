"""Converts a GGUF file of the llama architecture into a Hugging Face folder:

    python bin/gguf_to_huggingface.py FILE FOLDER

FOLDER gets config.json, tokenizer.json and model.safetensors, all three or none. Matrices become float16: its
rounding is at least 80 times finer than that of the four bits a weight that SmolLM2's file has, and
8 times finer than that of the eight bits of its table of words. Vectors (the gains of the norms)
stay float32.

The package gguf (bin/gguf-requirements.txt), which is llama.cpp's own, reads the file. Nothing of
the file is executed. What cannot be converted is one sentence and exit status 3.
"""

import json
import os
import pathlib
import re
import struct
import sys
import tempfile

import gguf
import numpy


class Refused(Exception):
    """A sentence for the user."""


# -- names and order of the weights ---------------------------------------------------------------

OUTER = {
    "token_embd": "model.embed_tokens",
    "output_norm": "model.norm",
    "output": "lm_head",
}
INNER = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def shapes_of(config):
    """The shape of each weight, by its name in the GGUF file; the word table may serve twice."""
    width, mlp = config["hidden_size"], config["intermediate_size"]
    queries = config["num_attention_heads"] * config["head_dim"]
    keys = config["num_key_value_heads"] * config["head_dim"]
    words = (config["vocab_size"], width)
    block = {
        "attn_norm": (width,),
        "attn_q": (queries, width),
        "attn_k": (keys, width),
        "attn_v": (keys, width),
        "attn_output": (width, queries),
        "ffn_norm": (width,),
        "ffn_gate": (mlp, width),
        "ffn_up": (mlp, width),
        "ffn_down": (width, mlp),
    }
    outer = {"token_embd": words, "output_norm": (width,)}
    if not config["tie_word_embeddings"]:
        outer["output"] = words
    inner = {
        f"blk.{layer}.{name}": shape
        for layer in range(config["num_hidden_layers"])
        for name, shape in block.items()
    }
    return {f"{name}.weight": shape for name, shape in (outer | inner).items()}


def hugging_face_name(name):
    first, *rest = name.removesuffix(".weight").split(".")
    if first != "blk":
        return f"{OUTER[first]}.weight"
    layer, part = rest
    return f"model.layers.{layer}.{INNER[part]}.weight"


def halves_from_pairs(matrix, heads):
    """The rows of queries or keys in Hugging Face's order.

    Rotary positions turn pairs of coordinates. llama.cpp has the two of a pair side by side,
    Hugging Face has the first ones of all pairs in the first half of a head and the second ones in
    the other.
    """
    rows, columns = matrix.shape
    pairs = matrix.reshape(heads, rows // heads // 2, 2, columns)
    return pairs.swapaxes(1, 2).reshape(rows, columns)


# -- what the metadata say ------------------------------------------------------------------------


class Metadata:
    def __init__(self, reader):
        self.fields = reader.fields

    def get(self, key, default=None):
        try:
            return self.fields[key].contents() if key in self.fields else default
        except (ValueError, IndexError) as error:  # bytes that are no UTF-8, among others
            raise Refused(f"has a '{key}' in its metadata that cannot be read") from error

    def need(self, key):
        value = self.get(key)
        if value is None:
            raise Refused(f"has no '{key}' in its metadata")
        return value

    def count(self, key, default=None):
        """A number of things: a positive integer, no more than COUNTS."""
        value = self.need(key) if default is None else self.get(key, default)
        if type(value) is not int or not 0 < value <= COUNTS:
            raise Refused(f"has '{key}' {quoted(value)}, where a count from 1 to {COUNTS} is due")
        return value

    def positive(self, key, default=None):
        """The shortest decimal number that is this float32: 1e-05 and not 9.999999747378752e-06."""
        value = self.need(key) if default is None else self.get(key, default)
        if type(value) not in (int, float) or not 0 < value < float("inf"):
            raise Refused(f"has '{key}' {quoted(value)}, where a positive number is due")
        return float(str(numpy.float32(value)))

    def listed(self, key, kind):
        """A list of texts or of integers."""
        value = self.need(key)
        if type(value) is not list or not all(type(one) is kind for one in value):
            raise Refused(f"has a '{key}' that is no list of {LISTED[kind]}")
        return value


COUNTS = 2**20
LISTED = {str: "texts", int: "integers"}


def quoted(value):
    """A value, or its beginning."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def config_of(metadata, tied):
    """The config.json that transformers writes for a model of this form."""
    architecture = metadata.need("general.architecture")
    if architecture != "llama":
        raise Refused(f"has the architecture {quoted(architecture)}, and only 'llama' is converted")
    for key in ("llama.rope.scaling.type", "llama.expert_count"):
        if metadata.get(key) not in (None, "none", 0):
            raise Refused(f"has '{key}' {quoted(metadata.get(key))}, which is not converted")
    width = metadata.count("llama.embedding_length")
    heads = metadata.count("llama.attention.head_count")
    keys = metadata.count("llama.attention.head_count_kv", heads)
    head = metadata.count("llama.rope.dimension_count", width // heads)
    if head * heads != width or head % 2 or heads % keys:
        raise Refused(
            f"has {heads} heads of {head} coordinates for {width} and {keys} heads of keys, "
            "which is not converted"
        )
    base = metadata.positive("llama.rope.freq_base", 10000.0)
    return {
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": metadata.get("tokenizer.ggml.bos_token_id"),
        "dtype": "float32",
        "eos_token_id": metadata.get("tokenizer.ggml.eos_token_id"),
        "head_dim": head,
        "hidden_act": "silu",
        "hidden_size": width,
        "initializer_range": 0.02,
        "intermediate_size": metadata.count("llama.feed_forward_length"),
        "max_position_embeddings": metadata.count("llama.context_length"),
        "mlp_bias": False,
        "model_type": "llama",
        "num_attention_heads": heads,
        "num_hidden_layers": metadata.count("llama.block_count"),
        "num_key_value_heads": keys,
        "pad_token_id": metadata.get("tokenizer.ggml.padding_token_id"),
        "rms_norm_eps": metadata.positive("llama.attention.layer_norm_rms_epsilon"),
        "rope_parameters": {"rope_theta": base, "rope_type": "default"},
        "rope_theta": base,
        "tie_word_embeddings": tied,
        "use_cache": True,
        "vocab_size": len(metadata.listed("tokenizer.ggml.tokens", str)),
    }


NORMAL, SPECIAL = 1, 3  # no part of a text becomes a special token by itself


def tokenizer_of(metadata):
    """The tokenizer.json: each digit a piece of its own, then byte pairs as in GPT-2."""
    kind = metadata.need("tokenizer.ggml.model"), metadata.need("tokenizer.ggml.pre")
    if kind != ("gpt2", "smollm"):
        named = " ".join(map(str, kind))
        raise Refused(f"has the tokenizer {quoted(named)}, and only 'gpt2 smollm' is converted")
    tokens = metadata.listed("tokenizer.ggml.tokens", str)
    types = metadata.listed("tokenizer.ggml.token_type", int)
    merges = [merge.split(" ") for merge in metadata.listed("tokenizer.ggml.merges", str)]
    if set(types) - {NORMAL, SPECIAL} or len(types) != len(tokens):
        raise Refused("has tokens of another type than normal and special, which is not converted")
    vocabulary = {token: i for i, token in enumerate(tokens)}
    if len(vocabulary) < len(tokens):
        raise Refused(f"has {len(tokens)} tokens, and only {len(vocabulary)} of them differ")
    for merge in merges:
        if len(merge) != 2 or not {*merge, "".join(merge)} <= vocabulary.keys():
            raise Refused(f"has the merge {quoted(' '.join(merge))}, whose parts are no two tokens")
    special = [(i, token) for i, (token, one) in enumerate(zip(tokens, types)) if one == SPECIAL]
    # a Split, as the class Digits takes only 0 to 9 in JavaScript, and every digit of Unicode here
    digits = {
        "type": "Split",
        "pattern": {"Regex": "\\p{N}"},
        "behavior": "Isolated",
        "invert": False,
    }
    bytes_ = {
        "type": "ByteLevel",
        "add_prefix_space": False,
        "trim_offsets": True,
        "use_regex": True,
    }
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": i,
                "content": token,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for i, token in special
        ],
        "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [digits, bytes_]},
        "post_processor": None,
        "decoder": bytes_ | {"add_prefix_space": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": vocabulary,
            "merges": merges,
        },
    }


# -- files ----------------------------------------------------------------------------------------


def write_json(file, value):
    with open(file, "w", encoding="utf-8") as out:
        json.dump(value, out, ensure_ascii=False, indent=1)
        out.write("\n")
        sync(out)


def sync(out):
    out.flush()
    os.fsync(out.fileno())


def check_tensors(tensors, config):
    """Refuses weights that are missing, too many or of another shape."""
    layers = config["num_hidden_layers"]
    if layers > len(tensors):  # before the weights of all these layers are listed
        raise Refused(f"has {layers} layers by its metadata, and {len(tensors)} weights in all")
    shapes = shapes_of(config)
    for name in tensors:
        if name not in shapes:
            raise Refused(f"has weights '{name}', which a model of its metadata does not have")
    for name, shape in shapes.items():
        if name not in tensors:
            raise Refused(f"has no weights '{name}'")
        found = tuple(int(size) for size in reversed(tensors[name].shape))
        if found != shape:
            raise Refused(f"has weights '{name}' of the shape {found}, where {shape} is due")


def numbers_of(tensor, config):
    """The numbers of a weight in Hugging Face's order, as they are stored."""
    heads = {"attn_q": config["num_attention_heads"], "attn_k": config["num_key_value_heads"]}
    try:
        values = gguf.dequantize(tensor.data, tensor.tensor_type)
    except NotImplementedError as error:
        raise Refused(
            f"has weights '{tensor.name}' of the quantization {tensor.tensor_type.name}, "
            "which is not read"
        ) from error
    part = tensor.name.split(".")[-2]
    if part in heads:
        values = halves_from_pairs(values, heads[part])
    with numpy.errstate(over="ignore"):
        values = values.astype("<f2" if values.ndim > 1 else "<f4")
    if not numpy.isfinite(values).all():
        raise Refused(f"has weights '{tensor.name}' with a number that float16 does not hold")
    return values


def write_weights(file, tensors, config):
    """model.safetensors, one array after the other: no more than one is held in memory."""
    header, end = {"__metadata__": {"format": "pt"}}, 0
    order = sorted(tensors, key=hugging_face_name)
    for name in order:
        shape = [int(size) for size in reversed(tensors[name].shape)]
        half = len(shape) > 1
        begin, end = end, end + (2 if half else 4) * int(numpy.prod(shape))
        header[hugging_face_name(name)] = {
            "dtype": "F16" if half else "F32",
            "shape": shape,
            "data_offsets": [begin, end],
        }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(file, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for name in order:
            out.write(numbers_of(tensors[name], config).tobytes())
        sync(out)


def convert(file, folder):
    try:
        reader = gguf.GGUFReader(file)
    except OSError as error:
        raise Refused(f"could not be read ({error.strerror})") from error
    except Exception as error:  # of many kinds: sizes and offsets are taken from the file
        kind = re.search(r"(\d+)\D* is not a valid GGMLQuantizationType", str(error))
        if kind:
            raise Refused(f"has weights of the unknown quantization {kind[1]}") from error
        raise Refused("is no GGUF file that can be read, or it is cut") from error
    metadata = Metadata(reader)
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    config = config_of(metadata, tied="output.weight" not in tensors)
    tokenizer = tokenizer_of(metadata)
    check_tensors(tensors, config)
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as made:
        made = pathlib.Path(made)
        write_json(made / "config.json", config)
        write_json(made / "tokenizer.json", tokenizer)
        write_weights(made / "model.safetensors", tensors, config)
        for one in sorted(made.iterdir()):
            one.replace(folder / one.name)


def main(file, folder):
    try:
        convert(file, folder)
    except Refused as refused:
        sys.exit(f"'{file}' {refused}.")
    except OSError as error:
        sys.exit(f"'{file}' could not be converted into '{folder}' ({error.strerror}).")


if __name__ == "__main__":
    main(*sys.argv[1:3])
