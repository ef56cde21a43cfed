# long-file: one maker of reports, and every report that is made with it.
"""Reports of invented runs, as docs/report-format.md has them: usual, degenerate and hostile ones.

sample_reports.py FOLDER writes each as NAME.json. The same names give the same numbers."""

import json
import math
import pathlib
import random
import sys

EXEMPLARS = 12
PRICES = {"input": 0.4e-6, "cached_input": 0.1e-6, "output": 1.6e-6, "reasoning": 1.6e-6}
LABELS = ["very negative", "negative", "neutral", "positive", "very positive"]
HOSTILE = (
    '</script><script>window.broken = 1</script><!-- <img src=x onerror="window.broken = 2">'
    "\u2028\u2029 \u202eabc {{x}} &lt; ]]> '\"`${window.broken = 3} javascript:alert(1) "
    "https://example.invalid/x \u0000\u001b[31m"
)


def proportion(correct, n, batches, deff):
    if n == 0:
        return None
    rate, size, z = correct / n, n / deff, 1.96
    middle = (rate + z * z / (2 * size)) / (1 + z * z / size)
    reach = z / (1 + z * z / size) * math.sqrt(rate * (1 - rate) / size + z * z / (4 * size * size))
    return {
        "correct": correct,
        "n": n,
        "rate": rate,
        "low": max(0.0, middle - reach),
        "high": min(1.0, middle + reach),
        "deff": deff,
        "effective_n": size,
        "batches": batches,
        "approximate": batches < 30,
    }


def rate(count, n):
    return {"count": count, "n": n, "rate": count / n if n else None}


def confusion(dice, classes, gold_rows, accuracy, failed):
    counts = [[0] * (len(classes) + 2) for _ in classes]
    for row in range(gold_rows):
        gold = min(len(classes) - 1, int(abs(dice.gauss(0.5, 0.22)) * len(classes)))
        if row < failed:
            counts[gold][-1] += 1
        elif dice.random() < accuracy:
            counts[gold][gold] += 1
        elif dice.random() < 0.04:
            counts[gold][-2] += 1
        else:
            counts[gold][min(len(classes) - 1, max(0, gold + dice.choice((-1, 1))))] += 1
    by_class = []
    for place, name in enumerate(classes):
        n, answered = sum(counts[place]), sum(row[place] for row in counts)
        right = counts[place][place]
        by_class.append(
            {
                "class": name,
                "n": n,
                "correct": right,
                "recall": right / n if n else None,
                "precision": right / answered if answered else None,
            }
        )
    return {"classes": classes, "counts": counts}, by_class


class Maker:
    def __init__(self, seed, rows=300, gold=None, prices=PRICES, classes=None, simulated=True):
        self.dice = random.Random(seed)
        self.rows, self.gold = rows, rows if gold is None else gold
        self.prices, self.classes, self.simulated = prices, classes, simulated

    def positions(self, size, accuracy):
        out, each = [], max(1, self.gold // size)
        for place in range(1, min(size, max(1, self.rows)) + 1):
            right = sum(self.dice.random() < accuracy - 0.03 * place / size for _ in range(each))
            out.append(
                {
                    "position": place,
                    "n": each if self.gold else 0,
                    "first_pass": proportion(right, each, each, 1.0) if self.gold else None,
                    "doubtful": rate(self.dice.randint(0, 1 + each // 40), each),
                }
            )
        return out

    def cell(
        self,
        size,
        accuracy,
        repeat=1,
        noise=False,
        form="labelled",
        grouping="sequential",
        model="gpt-4.1-mini",
        suffix="",
        failed=None,
    ):
        dice, rows, gold = self.dice, self.rows, self.gold
        batches = math.ceil(rows / size)
        deff = 1 + 0.06 * (size - 1)
        failed = min(rows, round(rows * 0.003 * size)) if failed is None else failed
        final = min(
            gold - min(gold, failed), max(0, round(gold * accuracy + dice.gauss(0, gold**0.5 / 4)))
        )
        final = {0.0: 0, 1.0: gold}.get(accuracy, final)
        first = max(0, final - round(gold * 0.006 * (size - 1)))
        repairs = round(batches * 0.03 * size)
        requests = batches + repairs
        tokens = {
            "input": batches * (1380 + 62 * size) + repairs * 1500,
            "cached_input": (batches - 1) * 1024 if size > 1 else (batches - 1) * 1024,
            "output": rows * (34 + (3 if size > 1 else 0)) + repairs * 40,
            "reasoning": 0,
        }
        tokens["cached_input"] = max(0, tokens["cached_input"])
        bill = None
        if self.prices:
            bill = {
                "input": (tokens["input"] - tokens["cached_input"]) * self.prices["input"],
                "cached_input": tokens["cached_input"] * self.prices["cached_input"],
                "output": tokens["output"] * self.prices["output"],
                "reasoning": 0.0,
                "embeddings": 0.0,
                "unknown": 0.0,
            }
            bill["total"] = sum(bill.values())
        table, by_class = None, None
        if self.classes and gold:
            table, by_class = confusion(dice, self.classes, gold, final / gold, failed)
        wall = 1000.0 * requests * (0.9 + 0.21 * size) / 8
        accuracies = None
        if gold:
            accuracies = {
                "first_pass": proportion(first, gold, batches, deff),
                "final": proportion(final, gold, batches, deff),
                "among_answered": rate(final, gold - min(gold, failed)),
            }
            accuracies["among_answered"]["correct"] = accuracies["among_answered"].pop("count")
        again = min(rows - failed, repairs)
        return {
            "name": f"b{size}{suffix}"
            + ("-again" if noise else "")
            + (f"-r{repeat}" if repeat > 1 else ""),
            "batch_size": size,
            "format": form,
            "grouping": grouping,
            "model": model,
            "repeat": repeat,
            "noise": noise,
            "simulated": self.simulated,
            "complete": True,
            "stopped": None,
            "rows": rows,
            "gold_rows": gold,
            "answered": rows - failed,
            "failed": failed,
            "failures": [{"reason": "missing_answer", "rows": failed}] if failed else [],
            "accuracy": accuracies,
            "rates": {
                "missing": rate(round(rows * 0.004 * (size - 1)), rows),
                "doubtful": rate(round(rows * 0.009 * (size - 1)), rows),
                "repaired": rate(again, rows),
                "truncated": rate(0, rows),
                "failed": rate(failed, rows),
            },
            "by_position": self.positions(size, accuracy),
            "by_round": [
                {
                    "round": 1,
                    "answered": rows - failed - again,
                    "correct": min(first, rows - failed - again) if gold else 0,
                }
            ]
            + (
                [
                    {
                        "round": 2,
                        "answered": again,
                        "correct": min(again, final - first) if gold else 0,
                    }
                ]
                if again
                else []
            ),
            "confusion": table,
            "by_class": by_class,
            "tokens": tokens,
            "bill": bill,
            "requests": requests,
            "retries": 1,
            "repairs": repairs,
            "wall_ms": wall,
            "ms_per_row": wall / rows,
            "tokens_per_row": (tokens["input"] + tokens["output"]) / rows,
            "usd_per_row": bill["total"] / rows if bill else None,
        }

    def difference(self, mine, single, what="final"):
        if not (mine["accuracy"] and single["accuracy"]):
            return None
        a, b = mine["accuracy"][what], single["accuracy"][what]
        gap = a["rate"] - b["rate"]
        error = max(
            1e-9,
            0.4
            * math.sqrt(
                (a["rate"] * (1 - a["rate"]) * a["deff"] + b["rate"] * (1 - b["rate"])) / a["n"]
            ),
        )
        p = math.erfc(abs(gap) / error / math.sqrt(2))
        better = round(a["n"] * 0.03)
        return {
            "n": a["n"],
            "difference": gap,
            "standard_error": error,
            "low": gap - 1.96 * error,
            "high": gap + 1.96 * error,
            "p": p,
            "p_holm": min(1.0, 3 * p),
            "p_permutation": min(1.0, p * 1.1),
            "p_mcnemar": p * 0.8,
            "better": better,
            "only_in_one": 0,
            "worse": max(0, better - round(gap * a["n"])),
            "loss_bound": -(gap - 1.645 * error),
            "batches": a["batches"],
            "approximate": a["batches"] < 30,
            "sentence": (
                "The difference is significant."
                if p < 0.05
                else "No difference could be shown with these rows; there may be one."
            ),
        }

    def variant(self, name, cells, recommended, sentence, needed=None):
        runs = [cell for cell in cells if not cell["noise"]]
        single = next((cell for cell in runs if cell["batch_size"] == 1), None)
        sizes = []
        for size in sorted({cell["batch_size"] for cell in runs}):
            same = [cell for cell in runs if cell["batch_size"] == size]
            cell, rows = same[0], same[0]["rows"]
            tokens = cell["tokens"]
            predicted = (EXEMPLARS + 1) * size / (EXEMPLARS + size)

            def saved(key):
                return single[key] / cell[key] if single and single[key] and cell[key] else None

            sizes.append(
                {
                    "batch_size": size,
                    "cells": [
                        one["name"]
                        for one in cells
                        if one["batch_size"] == size and not one["noise"] and one["complete"]
                    ],
                    "accuracy": (
                        {k: cell["accuracy"][k] for k in ("first_pass", "final")}
                        if cell["accuracy"]
                        else None
                    ),
                    "against_single": (
                        self.difference(cell, single) if single and size > 1 else None
                    ),
                    "first_pass_against_single": (
                        self.difference(cell, single, "first_pass") if single and size > 1 else None
                    ),
                    "tokens_per_row": cell["tokens_per_row"],
                    "usd_per_row": cell["usd_per_row"],
                    "ms_per_row": cell["ms_per_row"],
                    "requests_per_row": cell["requests"] / rows,
                    "tokens_of_row": {
                        "input": (tokens["input"] - tokens["cached_input"]) / rows,
                        "cached_input": tokens["cached_input"] / rows,
                        "output": tokens["output"] / rows,
                        "reasoning": 0.0,
                    },
                    "saving": {
                        "tokens": saved("tokens_per_row"),
                        "usd": saved("usd_per_row"),
                        "time": saved("ms_per_row"),
                        "requests": saved("requests"),
                    },
                    "predicted": {
                        "efficiency": size / (EXEMPLARS + size),
                        "equal_length_saving": predicted,
                        "time_saving": predicted * 0.93,
                        "token_saving": predicted * 0.95,
                        "usd_saving": predicted**0.5 if self.prices else None,
                        "mark": (
                            "last exemplar group is shorter"
                            if EXEMPLARS % size and size < EXEMPLARS
                            else (
                                "no exemplar group shows so many answers"
                                if size > EXEMPLARS
                                else None
                            )
                        ),
                    },
                    "recommended": size == recommended,
                }
            )
        again = next((cell for cell in cells if cell["noise"]), None)
        first = cells[0]
        return {
            "name": name,
            "format": first["format"],
            "grouping": first["grouping"],
            "model": first["model"],
            "simulated": self.simulated,
            "repeats": max(cell["repeat"] for cell in cells),
            "sizes": sizes,
            "noise": self.difference(again, single) if again and single else None,
            "recommended": {"batch_size": recommended, "sentence": sentence, "rows_needed": needed},
            "exemplars": EXEMPLARS,
        }

    def report(self, kind, title, cells, variants, notes=(), wrong=()):
        return {
            "report": 1,
            "kind": kind,
            "title": title,
            "rows": {
                "file": "reviews.csv",
                "count": self.rows,
                "with_gold": self.gold,
                "without_gold": self.rows - self.gold,
            },
            "simulated": self.simulated,
            "max_loss": 0.02,
            "confidence": 0.95,
            "batches_few": 30,
            "notes": list(notes),
            "cells": cells,
            "variants": variants,
            "comparison": None,
            "stopped": None,
            "wrong_answers": list(wrong),
        }


def wrong_answers(cells, count=10, text="positive"):
    questions = [
        "It is what it is.",
        "A film of such patience that even its silences speak.",
        "I laughed once, at the credits.",
        "Too long by an hour, and I would not cut a minute.",
    ]
    prompt = "Say how positive each review is.\n\n" + "\n".join(
        f"Q[{place}]: {question}" for place, question in enumerate(questions, 1)
    )
    reply = "\n".join(
        f"A[{place}]: The review sounds {LABELS[place]}. The answer is {LABELS[place]}."
        for place in range(1, 5)
    )
    return [
        {
            "cell": "b4",
            "id": f"r{17 * n + 3}",
            "gold": "neutral",
            "answer": None if n == 4 else text,
            "reason": "missing_answer" if n == 4 else None,
            "text": None if n == 4 else f"The review sounds {text}. The answer is {text}.",
            "batch_size": 4,
            "position": n % 4 + 1,
            "round": 1,
            "prompt": prompt,
            "reply": reply,
        }
        for n in range(count)
    ]


CURVE = {1: 0.823, 2: 0.829, 3: 0.826, 4: 0.823, 6: 0.798, 8: 0.766}


def sweep_cells(maker, curve=None, again=True, **more):
    curve = curve or CURVE
    cells = [maker.cell(size, accuracy, **more) for size, accuracy in curve.items()]
    if again:
        cells.insert(1, maker.cell(1, list(curve.values())[0] - 0.004, noise=True, **more))
    return cells


def usual():
    maker = Maker(1, rows=1200, classes=LABELS)
    cells = sweep_cells(maker)
    sentence = (
        "b = 4 is the cheapest size for which it and all smaller ones lose less than 2 points "
        "against b = 1, with 95 % confidence."
    )
    return maker.report(
        "sweep",
        "Sentiment of reviews",
        cells,
        [maker.variant("labelled", cells, 4, sentence)],
        [
            "The answers come from a simulated model; nothing here says anything about a real one.",
            "With one repeat, the effect of a row's position and of the row itself cannot be told apart.",
            "Accuracy counts a failed row as wrong.",
        ],
        wrong_answers(cells),
    )


def close():
    """Sizes that cost and score nearly the same, predictions that hold, errors spread evenly, and
    names that are long."""
    maker = Maker(14, rows=1200)
    path = "/home/somebody/projects/2026/reviews/evaluation/" + "part-of-a-long-path/" * 6
    cells = sweep_cells(maker, {size: 0.82 for size in (1, 2, 3, 4, 6, 8)}, failed=0)
    for place, cell in enumerate(cells):
        cell["usd_per_row"] = 0.0003 * 0.995**place
        counts = [[15 if row != column else 255 for column in range(4)] for row in range(4)]
        counts[2][:2] = [45, 0]
        cell["confusion"] = {
            "classes": ["billing", "bug", "how-to", "account"],
            "counts": [[*row, 0, 0] for row in counts],
        }
    report = maker.report(
        "sweep",
        "Sizes that lie close together",
        cells,
        [maker.variant("labelled", cells, 4, "b = 4 will do.")],
        wrong=wrong_answers(cells, 2),
    )
    for size in report["variants"][0]["sizes"]:
        size["predicted"]["token_saving"] = size["saving"]["tokens"]
        size["predicted"]["equal_length_saving"] = size["saving"]["tokens"]
    report["rows"]["file"] = path + "reviews-of-the-whole-year-2026-with-known-answers.jsonl"
    return report


def crowded():
    """Two variants whose sizes above 1 lie upon each other."""
    maker = Maker(17, rows=1200)
    cells, variants = [], []
    for form in ("labelled", "json"):
        own = sweep_cells(maker, {size: 0.82 for size in (1, 2, 3, 4, 6, 8)}, form=form, failed=0)
        for place, cell in enumerate(own):
            cell["name"] += f"-{form}"
            cell["usd_per_row"] = 0.0003 if cell["batch_size"] == 1 else 0.0001 + 1e-6 * place
        cells += own
        variants.append(maker.variant(form, own, 4, "b = 4 will do."))
    return maker.report("sweep", "A crowd", cells, variants)


def files_compared():
    """Runs named as their files are."""
    maker = Maker(15, rows=200, classes=["yes", "no"])
    cells = [maker.cell(1, 0.82), maker.cell(4, 0.8), maker.cell(8, 0.79)]
    folder = "/home/somebody/projects/2026/reviews/" + "part-of-a-long-path/" * 6
    for cell, name in zip(cells, ("single/answers.jsonl", "batched/answers.jsonl", "eight.jsonl")):
        cell["name"] = folder + name
    report = maker.report(
        "comparison",
        "Files compared",
        cells,
        [],
        [f"{cells[1]['name']} has no checkpoint beside it."],
        wrong_answers([], 3),
    )
    report["rows"]["file"] = folder + "reviews.csv"
    for wrong in report["wrong_answers"]:
        wrong["cell"] = cells[1]["name"]
    report["comparison"] = {
        "base": cells[0]["name"],
        "other": cells[1]["name"],
        "final": maker.difference(cells[1], cells[0]),
        "first_pass": maker.difference(cells[1], cells[0], "first_pass"),
    }
    return report


def many_variants():
    maker = Maker(2, rows=600, simulated=False)
    cells, variants = [], []
    for place, (form, grouping, model) in enumerate(
        [
            (f, g, m)
            for f in ("labelled", "json")
            for g in ("random", "similarity", "length")
            for m in ("gpt-4.1-mini", "gpt-4.1-nano")
        ]
    ):
        curve = {
            1: 0.82 - 0.01 * place,
            2: 0.82 - 0.012 * place,
            4: 0.80 - 0.012 * place,
            8: 0.74 - 0.01 * place,
        }
        own = sweep_cells(
            maker,
            curve,
            form=form,
            grouping=grouping,
            model=model,
            suffix=f"-{form}-{grouping}-{model}",
        )
        cells += own
        told = [4, 2, 1, None][place % 4]
        variants.append(
            maker.variant(
                f"{form}, {grouping}, {model}",
                own,
                told,
                (
                    "Cannot tell with 600 rows; about 2,400 would do."
                    if told is None
                    else f"b = {told} is the cheapest size that loses less than 2 points."
                ),
                2400 if told is None else None,
            )
        )
    return maker.report("sweep", "Twelve variants", cells, variants, [], wrong_answers(cells))


def no_gold():
    maker = Maker(3, rows=304, gold=0)
    cells = sweep_cells(maker)
    return maker.report(
        "sweep",
        "No known answers",
        cells,
        [maker.variant("labelled", cells, None, "Cannot tell: no row has a known answer.")],
        ["No row has a known answer: accuracy cannot be measured."],
    )


def no_prices():
    maker = Maker(4, rows=304, prices=None)
    cells = sweep_cells(maker)
    return maker.report(
        "sweep",
        "No prices",
        cells,
        [maker.variant("labelled", cells, 2, "b = 2 takes the fewest tokens.")],
    )


def one_row():
    maker = Maker(5, rows=1)
    cells = sweep_cells(maker, {1: 1.0, 2: 0.0})
    return maker.report(
        "sweep",
        "One row",
        cells,
        [
            maker.variant(
                "labelled", cells, None, "Cannot tell with 1 row; about 1,900 would do.", 1900
            )
        ],
    )


def undecided():
    maker = Maker(16, rows=304)
    cells = sweep_cells(maker, {1: 0.9, 4: 0.89})
    sentence = "Use b = 1. Of b = 4 one cannot tell with 304 rows; about 770 would do."
    return maker.report(
        "sweep", "Undecided", cells, [maker.variant("labelled", cells, 1, sentence, 770)]
    )


def all_right():
    maker = Maker(6, rows=120, classes=["yes", "no"])
    cells = sweep_cells(maker, {1: 1.0, 2: 1.0, 4: 1.0}, failed=0)
    return maker.report(
        "sweep",
        "All right",
        cells,
        [maker.variant("labelled", cells, 4, "b = 4 loses less than 2 points.")],
    )


def all_wrong():
    maker = Maker(7, rows=120, classes=["yes", "no"])
    cells = sweep_cells(maker, {1: 0.0, 2: 0.0, 4: 0.0}, failed=0)
    return maker.report(
        "sweep",
        "All wrong",
        cells,
        [maker.variant("labelled", cells, None, "Cannot tell: no answer was right at any size.")],
        [],
        wrong_answers(cells),
    )


def one_cell():
    maker = Maker(8, rows=200, gold=150, classes=LABELS, simulated=False)
    cells = [maker.cell(4, 0.8)]
    for name in (
        "tokens",
        "bill",
        "requests",
        "retries",
        "repairs",
        "wall_ms",
        "ms_per_row",
        "tokens_per_row",
        "usd_per_row",
    ):
        cells[0][name] = None
    return maker.report(
        "eval",
        "One run scored",
        cells,
        [],
        ["50 rows have no known answer."],
        wrong_answers(cells, 3),
    )


def comparison():
    maker = Maker(9, rows=200)
    cells = [maker.cell(1, 0.82), maker.cell(4, 0.8)]
    report = maker.report("comparison", "Two runs compared", cells, [])
    report["comparison"] = {
        "base": "b1",
        "other": "b4",
        "final": maker.difference(cells[1], cells[0]),
        "first_pass": maker.difference(cells[1], cells[0], "first_pass"),
    }
    return report


def incomplete():
    maker = Maker(10, rows=300)
    cells = sweep_cells(maker)
    cells[-1].update(complete=False, stopped="budget of $0.50 reached")
    cells[-1]["accuracy"] = None
    report = maker.report(
        "sweep",
        "Stopped at its budget",
        cells,
        [
            maker.variant(
                "labelled", cells, 3, "b = 3 is the cheapest size of those that are complete."
            )
        ],
    )
    report["stopped"] = "budget of $0.50 reached"
    return report


def classes_1000():
    maker = Maker(11, rows=3000, classes=[f"intent {n:03}" for n in range(1000)])
    cells = [maker.cell(1, 0.7), maker.cell(4, 0.66)]
    return maker.report(
        "sweep",
        "A thousand classes",
        cells,
        [maker.variant("labelled", cells, 4, "b = 4 will do.")],
    )


def positions_1000():
    maker = Maker(12, rows=20000)
    cells = [maker.cell(1, 0.8), maker.cell(20, 0.78), maker.cell(1000, 0.7)]
    return maker.report(
        "sweep",
        "A thousand positions",
        cells,
        [maker.variant("labelled", cells, 20, "b = 20 will do.")],
    )


def empty():
    return {
        "report": 1,
        "kind": "sweep",
        "title": "Nothing ran",
        "rows": {},
        "simulated": False,
        "notes": [],
        "cells": [],
        "variants": [],
        "wrong_answers": [],
    }


def bare():
    return {}


def hostile():
    """Every text is an attack."""
    maker = Maker(13, rows=60, classes=[HOSTILE, "no"])
    cells = sweep_cells(maker, {1: 0.8, 4: 0.7})
    report = maker.report(
        "sweep",
        HOSTILE,
        cells,
        [maker.variant(HOSTILE, cells, 4, HOSTILE)],
        [HOSTILE, "=1+1"],
        wrong_answers(cells, 2, HOSTILE),
    )
    report["rows"]["file"] = HOSTILE
    cells[0]["failures"] = [{"reason": HOSTILE, "rows": 1}]
    cells[-1].update(complete=False, stopped=HOSTILE, format=HOSTILE, model="=cmd|'/c calc'!A0")
    for wrong in report["wrong_answers"]:
        wrong.update(id=HOSTILE, gold=HOSTILE, prompt=HOSTILE * 40, reply=HOSTILE, text="x" * 5000)
    return report


ALL = [
    usual,
    close,
    crowded,
    files_compared,
    many_variants,
    no_gold,
    no_prices,
    one_row,
    undecided,
    all_right,
    all_wrong,
    one_cell,
    comparison,
    incomplete,
    classes_1000,
    positions_1000,
    empty,
    bare,
    hostile,
]


def write_all(folder):
    for make in ALL:
        text = json.dumps(make(), ensure_ascii=False, allow_nan=False)
        (pathlib.Path(folder) / f"{make.__name__}.json").write_text(text, encoding="utf-8")
    return [make.__name__ for make in ALL]


if __name__ == "__main__":
    print("\n".join(write_all(sys.argv[1])))
