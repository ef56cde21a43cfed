"""Writes the model as GGUF (q8_0) for llama.cpp: `python -m nano.export FOLDER --out FILE`."""
import argparse
import json
import subprocess
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf.quants import dequantize, quantize

from .evaluate import load
from .tokenizer import END, PRE

Q8_0 = gguf.GGMLQuantizationType.Q8_0
TOKENS = "sheaf.tokens"
TENSORS = {"attention_norm": gguf.MODEL_TENSOR.ATTN_NORM, "q": gguf.MODEL_TENSOR.ATTN_Q,
           "k": gguf.MODEL_TENSOR.ATTN_K, "v": gguf.MODEL_TENSOR.ATTN_V,
           "out": gguf.MODEL_TENSOR.ATTN_OUT, "inner_norm": gguf.MODEL_TENSOR.FFN_NORM,
           "gate": gguf.MODEL_TENSOR.FFN_GATE, "up": gguf.MODEL_TENSOR.FFN_UP,
           "down": gguf.MODEL_TENSOR.FFN_DOWN}


def add_shape(writer, shape, commit, tokens):
    writer.add_name("sheaf-nano")
    writer.add_description("Small and narrow: trained from nothing on generated text.")
    writer.add_string("sheaf.commit", commit)
    writer.add_string("sheaf.command", "models/nano/train")
    writer.add_uint64(TOKENS, tokens)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_rope_freq_base(shape.theta)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_vocab_size(shape.entries)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)


def add_tokenizer(writer, path):
    trained = json.loads(path.read_text())["model"]
    tokens = sorted(trained["vocab"], key=trained["vocab"].get)
    merges = [m if isinstance(m, str) else " ".join(m) for m in trained["merges"]]
    normal, control = gguf.TokenType.NORMAL, gguf.TokenType.CONTROL
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(PRE)
    writer.add_token_list(tokens)
    writer.add_token_types([control if token == END else normal for token in tokens])
    writer.add_token_merges(merges)
    writer.add_bos_token_id(trained["vocab"][END])
    writer.add_eos_token_id(trained["vocab"][END])
    writer.add_add_bos_token(False)


def by_tensor(model):
    """The parameters by their names in GGUF."""
    names = gguf.TENSOR_NAMES
    found = {names[gguf.MODEL_TENSOR.TOKEN_EMBD] + ".weight": model.embedding.weight,
             names[gguf.MODEL_TENSOR.OUTPUT_NORM] + ".weight": model.norm.weight,
             names[gguf.MODEL_TENSOR.OUTPUT] + ".weight": model.head.weight}
    for number, block in enumerate(model.blocks):
        for part, tensor in TENSORS.items():
            found[names[tensor].format(bid=number) + ".weight"] = getattr(block, part).weight
    return found


def add_tensors(writer, model):
    for name, parameter in by_tensor(model).items():
        values = parameter.detach().numpy().astype(np.float32)
        if values.ndim == 1:
            writer.add_tensor(name, values)
        else:
            writer.add_tensor(name, quantize(values, Q8_0), raw_dtype=Q8_0)


def read_weights(path, model):
    """Takes the weights of a file that was written here; returns the tokens they were learnt from."""
    reader = gguf.GGUFReader(path)
    stored = {tensor.name: dequantize(tensor.data, tensor.tensor_type) for tensor in reader.tensors}
    with torch.no_grad():
        for name, parameter in by_tensor(model).items():
            parameter.copy_(torch.from_numpy(stored[name].copy()))
    return int(reader.get_field(TOKENS).contents())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="model.pt")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=Path(__file__).parent, check=True,
                            capture_output=True, text=True).stdout.strip()
    model, state = load(options.folder / options.model)
    writer = gguf.GGUFWriter(options.out, "llama")
    add_shape(writer, model.shape, commit, state["tokens"])
    add_tokenizer(writer, options.folder / "tokenizer.json")
    add_tensors(writer, model)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    print(f"{options.out}: {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
