#!/usr/bin/env python3
"""Models of this process beside llama.cpp's own bench tool, built from the same source.

    bench/local_models.py --source FOLDER [--write bench/RESULTS-local-models.md]

FOLDER is llama.cpp's whole source, as PyPI's llama-cpp-python has it (vendor/llama.cpp); build/bench
is configured for it. Prints a page.
"""
import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "bench"
NANO = ROOT / "models" / "nano"
ROUNDS, REPEATS = 31, 8
PROMPT, REPLY = 512, 128
SIZES = (1, 2, 4, 8)
SAMPLES = 192
FLAGS = ("-DCMAKE_BUILD_TYPE=Release", "-DBUILD_SHARED_LIBS=OFF", "-DGGML_OPENMP=OFF",
         "-DLLAMA_CURL=OFF", "-DLLAMA_OPENSSL=OFF", "-DLLAMA_BUILD_TESTS=OFF",
         "-DLLAMA_BUILD_EXAMPLES=OFF", "-DLLAMA_BUILD_SERVER=OFF", "-DCMAKE_CXX_FLAGS=-O3 -w",
         "-DCMAKE_C_FLAGS=-O3 -w")


def output(*words):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True,
                          text=True).stdout


def build(source):
    """llama.cpp's tool and ours; their paths."""
    subprocess.run(["cmake", "-S", source, "-B", BUILD / "llama", *FLAGS, "--log-level=WARNING"],
                   check=True)
    subprocess.run(["cmake", "--build", BUILD / "llama", "--target", "llama-bench", "-j",
                    str(os.cpu_count())], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--preset", "bench", f"-DSHEAF_LLAMA_SOURCE={source}",
                    "--log-level=WARNING"], check=True, cwd=ROOT)
    subprocess.run(["cmake", "--build", BUILD, "--target", "local_model_client", "nano_corpus", "-j",
                    str(os.cpu_count())], check=True, stdout=subprocess.DEVNULL)
    return BUILD / "llama/bin/llama-bench", BUILD / "bench/local_model_client"


def theirs(tool, model):
    """Tokens a second of the fastest repeat: of a prompt, of a reply."""
    rows = json.loads(output(tool, "-m", model, "-t", 1, "-p", PROMPT, "-n", REPLY, "-r", REPEATS,
                             "-o", "json"))
    return [max(row["samples_ts"]) for row in sorted(rows, key=lambda row: row["n_gen"])]


def ours(client, model):
    def speed(what, tokens):
        found = json.loads(output(client, model, what, tokens, REPEATS))
        return tokens / min(found["seconds"])

    return [speed("prompt", PROMPT), speed("decode", REPLY)]


def side_by_side(tools, model):
    """Per round, theirs and ours in turn."""
    rounds = []
    for number in range(ROUNDS):
        pair = [lambda: theirs(tools[0], model), lambda: ours(tools[1], model)]
        found = [pair[i]() for i in ((0, 1) if number % 2 else (1, 0))]
        rounds.append(found if number % 2 else found[::-1])
    return rounds


def comparison(rounds):
    lines = ["| tokens a second | llama.cpp's bench | sheaf | ratio, median (lowest to highest) |",
             "| --- | ---: | ---: | ---: |"]
    for i, name in enumerate((f"prompt of {PROMPT}", f"reply of {REPLY}")):
        ratios = sorted(mine[i] / yours[i] for yours, mine in rounds)
        medians = [statistics.median(found[which][i] for found in rounds) for which in (0, 1)]
        lines.append(f"| {name} | {medians[0]:,.0f} | {medians[1]:,.0f} | "
                     f"{statistics.median(ratios):.3f} ({ratios[0]:.3f} to {ratios[-1]:.3f}) |")
    return lines


def milliseconds(client, size, sharing):
    texts = BUILD / f"nano-{size}.jsonl"
    texts.write_text(output(BUILD / "models/nano/nano_corpus", "--task", NANO / "tasks/support.yaml",
                            "--rows", NANO / "held-out/support.jsonl", "--texts", SAMPLES // size,
                            "--min-batch", size, "--max-batch", size, "--worked", "own"),
                     encoding="utf-8")
    found = json.loads(output(client, NANO / "sheaf-nano.gguf", "samples", texts, sharing))
    return 1000 * found["seconds"] / found["samples"]


def by_size(client):
    lines = ["| ms a sample | " + " | ".join(f"b = {size}" for size in SIZES) + " |",
             "| --- |" + " ---: |" * len(SIZES)]
    for sharing, name in (("shared", "beginnings computed once"), ("apart", "nothing shared")):
        cells = [statistics.median(milliseconds(client, size, sharing) for _ in range(3))
                 for size in SIZES]
        lines.append(f"| {name} | " + " | ".join(f"{cell:.1f}" for cell in cells) + " |")
    return lines


def page(tools):
    model = NANO / "sheaf-nano.gguf"
    commit = output("git", "-C", ROOT, "rev-parse", "--short", "HEAD").strip()
    cpu = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.processor())
    return "\n".join([
        "# Results: models of this process", "",
        "One thread; llama.cpp's own bench tool and sheaf from the same source, in turn, on the same "
        f"file, {ROUNDS} rounds; of each round the fastest of {REPEATS} repeats. "
        "`bench/local_models.py --write` makes this page.", "",
        f"- date: {datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M} UTC", f"- sheaf: {commit}",
        f"- CPU: {cpu}, {os.cpu_count()} cores", f"- load before: {os.getloadavg()[0]:.2f}", "",
        "## sheaf-nano beside llama.cpp's own", "", *comparison(side_by_side(tools, model)), "",
        "## Time a sample", "", f"The support task's {SAMPLES} held-out samples with twelve exemplars, "
        "eight prompts at once; where nothing is shared every prompt begins with another number.", "",
        *by_size(tools[1]), ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--source", required=True)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    text = page(build(options.source))
    print(text)
    if options.write:
        options.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
