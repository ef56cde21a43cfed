#!/usr/bin/env python3
"""The nine data sets at b = 1, 2, 3, 4, 6 on the simulated model, whose accuracy is set to a curve.

    tools/experiments.py --sheaf build/dev/apps/cli/sheaf --data ../shared/data --work DIR
                         [--write docs/experiments.md | --check docs/experiments.md]

What it shows is that sheaf measures what is there: of the 45 cells at most 6 may miss the curve with
their 95 % interval, and the token savings must meet the general formula within 1 %. It shows nothing of
a real model. Ends with 1 when a bound is broken, with 77 when the data are not there.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys

SIZES = [1, 2, 3, 4, 6]
MOST_MISSES = 6
MOST_FORMULA_ERROR = 0.01
SEED = 20230119
BEGIN = "<!-- tables: tools/experiments.py -->"
END = "<!-- end of tables -->"

# Accuracies by batch size, chosen before any run. GSM8K's is that of its recorded solutions: a question
# can be answered rightly only where one of the four is right, and wrongly only where one is wrong.
CURVES = {
    "commonsenseqa": [0.78, 0.78, 0.77, 0.76, 0.74],
    "strategyqa": [0.73, 0.72, 0.71, 0.70, 0.68],
    "gsm8k": [0.58, 0.57, 0.55, 0.52, 0.45],
    "svamp": [0.84, 0.83, 0.81, 0.80, 0.77],
    "aqua": [0.46, 0.45, 0.44, 0.42, 0.38],
    "addsub": [0.87, 0.86, 0.85, 0.84, 0.82],
    "multiarith": [0.98, 0.97, 0.96, 0.95, 0.92],
    "rte": [0.77, 0.77, 0.75, 0.74, 0.71],
    "sst5": [0.54, 0.53, 0.52, 0.51, 0.48],
}
VOICES = ["6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification"]


def read_lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def join_recorded(data, work):
    """GSM8K's rows with their recorded solutions; the shares that are right in all, and in some."""
    golds = {row["id"]: row["answer"] for row in read_lines(data / "gsm8k.jsonl")}
    rows = read_lines(data / "gsm8k-recorded-solutions.jsonl")
    always = sometimes = 0
    path = work / "gsm8k.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for row in rows:
            flags = [row[voice]["is_correct"] for voice in VOICES]
            always += all(flags)
            sometimes += any(flags) and not all(flags)
            out.write(json.dumps(row | {"answer": golds[row["id"]]}, ensure_ascii=False) + "\n")
    return path, always / len(rows), sometimes / len(rows)


def sweep(options, name, rows, by_size, more):
    folder = options.work / name
    shutil.rmtree(folder, ignore_errors=True)
    sizes = ",".join(f"{size}:{rate:.6f}" for size, rate in zip(SIZES, by_size))
    report = options.work / f"{name}.json"
    command = [options.sheaf, "sweep", options.tasks / f"{name}.yaml", rows, "-o", folder,
               "--model", "simulated", "--simulated", f"accuracy_by_size={sizes}",
               "--simulated", f"seed={SEED}", "--batch-size", ",".join(map(str, SIZES)),
               "--concurrency", "1", "--max-requests-per-minute", "1000000000",
               "--max-tokens-per-minute", "1000000000000", "--json", report, "--quiet", *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{name}: sheaf sweep ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return json.loads(report.read_text(encoding="utf-8"))


def run_all(options):
    reports = {}
    for name, curve in CURVES.items():
        rows, rates, more = options.data / f"{name}.jsonl", curve, []
        if name == "gsm8k":
            rows, always, sometimes = join_recorded(options.data, options.work)
            rates = [(rate - always) / sometimes for rate in curve]
            more = ["--simulated", "voice=" + ",".join(f"{voice}.solution" for voice in VOICES)]
        reports[name] = sweep(options, name, rows, rates, more)
    return reports


def sizes_of(report):
    return {size["batch_size"]: size for size in report["variants"][0]["sizes"]}


def accuracy_table(reports):
    lines = ["| set | rows | " + " | ".join(f"b = {size}" for size in SIZES) + " |",
             "| --- | ---: |" + " ---: |" * len(SIZES)]
    misses = 0
    for name, report in reports.items():
        cells = []
        for size, wanted in zip(SIZES, CURVES[name]):
            found = sizes_of(report)[size]["accuracy"]["first_pass"]
            hit = found["low"] <= wanted <= found["high"]
            misses += not hit
            cells.append(f"{100 * wanted:.0f}: {100 * found['rate']:.1f} "
                         f"({100 * found['low']:.1f}-{100 * found['high']:.1f})"
                         + ("" if hit else " **missed**"))
        lines.append(f"| {name} | {report['rows']['count']} | " + " | ".join(cells) + " |")
    return lines, misses


def saving_table(reports):
    lines = ["| set | " + " | ".join(f"b = {size}" for size in SIZES[1:]) + " |",
             "| --- |" + " ---: |" * (len(SIZES) - 1)]
    worst = 0.0
    equal = []
    for name, report in reports.items():
        cells = []
        for size in SIZES[1:]:
            found = sizes_of(report)[size]
            measured, predicted = found["saving"]["tokens"], found["predicted"]
            error = predicted["token_saving"] / measured - 1
            paper = predicted["equal_length_saving"] / measured - 1
            worst = max(worst, abs(error))
            equal.append(paper)
            cells.append(f"{measured:.3f}: {100 * error:+.2f} %, {100 * paper:+.1f} %")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines, worst, (min(equal), max(equal))


def page(reports):
    accuracy, misses = accuracy_table(reports)
    saving, worst, equal = saving_table(reports)
    text = ["", f"{misses} of {len(reports) * len(SIZES)} cells miss the curve with their 95 % "
            f"interval (at most {MOST_MISSES} may). Set: measured (interval), in per cent:", "",
            *accuracy, "",
            "Tokens a row at b = 1 over those at b, as measured; then by how much the general formula "
            "and the equal-length formula are off. "
            f"The general one is off by {100 * worst:.2f} % at most (1 % may be), the equal-length one "
            f"by {100 * equal[0]:+.1f} to {100 * equal[1]:+.1f} %:", "", *saving, ""]
    return "\n".join(text), misses, worst


def place(text, path, write, begin=BEGIN, end=END):
    """Puts the tables between their marks, or compares them with what stands there."""
    whole = path.read_text(encoding="utf-8")
    head, rest = whole.split(begin)
    _, tail = rest.split(end)
    made = f"{head}{begin}\n{text}\n{end}{tail}"
    if write:
        path.write_text(made, encoding="utf-8")
    elif made != whole:
        sys.exit(f"{path} has other tables than this run; make them anew with --write")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--sheaf", required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--write", type=pathlib.Path)
    parser.add_argument("--check", type=pathlib.Path)
    options = parser.parse_args()
    options.tasks = pathlib.Path(__file__).resolve().parent.parent / "examples" / "paper"
    if not (options.data / "gsm8k.jsonl").exists():
        print(f"{options.data} does not have the data sets: nothing was run")
        sys.exit(77)
    options.work.mkdir(parents=True, exist_ok=True)
    text, misses, worst = page(run_all(options))
    print(text)
    if misses > MOST_MISSES or worst > MOST_FORMULA_ERROR:
        sys.exit("a bound is broken")
    if options.write or options.check:
        place(text, options.write or options.check, write=options.write is not None)


if __name__ == "__main__":
    main()
