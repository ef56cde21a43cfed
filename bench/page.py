"""The page of results: a table of goals, a table for each case, the conditions."""
import resource
import statistics

from mixed_text import SHARES


def quartiles(values):
    if len(values) == 1:
        return values * 3
    return statistics.quantiles(values, n=4, method="inclusive")


def column(rounds, name):
    return [one[name] for one in rounds]


def shown(values, form):
    """The median, and behind it the quartiles."""
    low, middle, high = (format(value, form) for value in quartiles(values))
    return f"{middle} ({low} to {high})"


def peak(rounds):
    """A child's peak counts that of whoever started it, so that less than ours cannot be seen."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    middle = statistics.median(column(rounds, "peak_mib"))
    return f"{middle:.0f}" if middle > own + 1 else f"at most {own:.0f}"


def ratios(rounds, others, name):
    """Round by round: what one took over what the other took."""
    return [a[name] / b[name] for a, b in zip(rounds, others)]


def table(head, lines):
    right = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, right, *lines]) + "\n"


def pipeline(figures):
    floor = figures["floor"]
    lines = []
    for name, rounds in figures.items():
        lines.append([
            name, shown(column(rounds, "rows_per_cpu_second"), ",.0f"),
            shown(column(rounds, "us_per_row"), ".2f"),
            shown(column(rounds, "us_per_request"), ".1f"),
            shown(ratios(rounds, floor, "us_per_row"), ".1f"),
            peak(rounds),
            f"{statistics.median(column(rounds, 'server_us')):.1f}"])
    drift = max(column(floor, "us_per_request")) / min(column(floor, "us_per_request")) - 1
    ours = figures["sheaf, b=16"]
    mock_bound = any(ratio < 1.1 for ratio in (
        one["us_per_request"] / one["server_us"] for one in ours))
    return (
        "## Pipeline\n\n"
        "Parse, render, count, send, decode, commit and write rows of 400 bytes; 64 requests in "
        "flight to a server that answers at once. `floor` sends the bytes of b=16 over raw sockets "
        "and does nothing else. The other clients send one request for each row and write the "
        "answers; their start is not counted, ours is.\n\n"
        + table(["client", "rows per CPU second", "CPU µs a row", "CPU µs a request",
                 "times the floor, a row", "peak MiB", "server µs a request"], lines)
        + f"\nThe floor's own cost moved by {drift:.0%} between rounds"
        + (", more than 10 %: the machine was not quiet.\n" if drift > 0.1 else ".\n")
        + ("The server cost as much as the client: the figures are its.\n" if mock_bound else ""))


def efficiency(figures):
    lines = [[name, f"{rounds[0]['requests']:,}", shown(column(rounds, "latency_ms"), ".2f"),
              shown(column(rounds, "wall"), ".3f"), shown(column(rounds, "of_ideal"), ".2%"),
              shown(column(rounds, "of_ideal_sending"), ".2%"),
              shown(column(rounds, "cpu"), ".2f"),
              f"{max(column(rounds, 'in_flight'))}"] for name, rounds in figures.items()]
    return (
        "## Efficiency\n\n"
        "256 requests in flight, each answered after 100 ms. The ideal is requests / 256 × the "
        "latency that the server measured: of the whole process, start and end included, and from "
        "the first request to the last reply.\n\n"
        + table(["client", "requests", "latency ms", "wall s", "of the ideal",
                 "of the ideal, sending", "CPU s", "most in flight"], lines))


def start(figures):
    lines = [[name, shown(column(rounds, "ms"), ".1f")] for name, rounds in figures.items()]
    return (
        "## Start\n\n"
        "From the start of the program to its first byte at the server; over TLS the handshake's. "
        "`CA file`: reading the system's certificates alone, with the same library.\n\n"
        + table(["", "ms"], lines))


def resume(figures):
    rounds = figures["sheaf"]
    return (
        "## Resume\n\n"
        "The same command once more, with every row answered before.\n\n"
        + table(["rows", "wall s", "CPU s", "peak MiB"],
                [[f"{rounds[0]['rows']:,}", shown(column(rounds, "wall"), ".3f"),
                  shown(column(rounds, "cpu"), ".3f"), peak(rounds)]]))


def tokens(figures):
    lines = []
    for encoding, text in figures["sheaf, ids"][0]:
        told = {name: column(rounds, (encoding, text)) for name, rounds in figures.items()}
        if len({one["tokens"] for rounds in told.values() for one in rounds}) > 1:
            raise RuntimeError(f"tokens of {text} in {encoding} differ between clients")
        for name, rounds in told.items():
            rival = told.get("tiktoken")
            times = shown(ratios(rival, rounds, "seconds"), ".1f") if rival else ""
            speeds = [one["bytes"] / 1e6 / one["seconds"] for one in rounds]
            lines.append([f"{encoding}, {text}, {name}", f"{rounds[0]['bytes'] / 1e6:.1f}",
                          f"{rounds[0]['tokens']:,}", shown(speeds, ".1f"), times])
    shares = ", ".join(f"{name} {share} %" for name, share in SHARES.items())
    return (
        "## Tokens\n\n"
        "Line by line on one core, processor time of the process without its start. `count` gives "
        "the number of tokens, `ids` the tokens; tiktoken is PyPI's, whose core is in Rust, by "
        "`encode_ordinary`. All found the same number. `packages` are sources and documents of the "
        "other clients' packages, each file once; `mixed` is made, no line of it twice "
        f"({shares}), of 50,000 made words drawn by Zipf's law, hardly one of which is a token; "
        "`shared data` is the text of the data sets beside the checkout.\n\n"
        + table(["encoding, text, client", "MB", "tokens", "MB/s", "times tiktoken"], lines))


def packed(figures):
    """(context, output cap, count) -> batches, bounds and the sets that are beyond the goal, of
    the sets whose batches tokens bound."""
    by_limits = {}
    for name, lines in figures["shared data"][0].items() if "shared data" in figures else ():
        for line in lines:
            if line["batches"] == -(-line["samples"] // line["count"]):
                continue
            limits = line["context"], line["output"], line["count"]
            sums = by_limits.setdefault(
                limits, {"sets": 0, "batches": 0, "sums": 0, "bound": 0, "beyond": []})
            sums["sets"] += 1
            for key in ("batches", "sums", "bound"):
                sums[key] += line[key]
            if line["batches"] > max(1.02 * line["bound"], line["bound"] + 1):
                sums["beyond"].append(name)
    return by_limits


def packing(figures):
    made = figures["made lengths"]
    one = made[0]
    lines = [[f"{context:,}, {f'{output:,}' if output else 'none'}, {count}", f"{sums['sets']}",
              f"{sums['batches']:,}",
              f"{sums['bound']:,}", f"{sums['sums']:,}",
              f"{sums['batches'] / sums['bound']:.4f}", ", ".join(sums["beyond"])]
             for (context, output, count), sums in packed(figures).items()]
    return (
        "## Packing\n\n"
        f"{one['lengths']:,} made lengths (lognormal, median 100 tokens) into batches of at most "
        "64 samples, 2,048 tokens of input and reply, and an output bound: the planner's processor "
        "time, beside reading the same array once and beside next fit, which has one open batch "
        "and closes it at the first sample that does not fit. No packing has fewer batches than "
        "the bound.\n\n"
        + table(["", "seconds", "times reading", "batches", "over the bound"],
                [["sheaf", shown(column(made, "seconds"), ".2f"),
                  shown(ratios(made, [{"seconds": each["reading"]} for each in made], "seconds"),
                        ".0f"),
                  f"{one['batches']:,}", f"{one['batches'] / one['bound']:.4f}"],
                 ["next fit", shown(column(made, "next_fit_seconds"), ".2f"), "",
                  f"{one['next_fit']:,}", f"{one['next_fit'] / one['bound']:.4f}"]])
        + "\nThe shared sets by the paper's tasks, with reasoning and without, their exemplars "
        "before them, tokens of o200k_base; together those whose batches not the count alone "
        "bounds. `sums` is the bound by the count "
        "and by tokens over the room of a batch alone; the bound also knows how many samples of "
        "some length share a batch at most. `beyond`: sets with over 2 % and over one batch more "
        "than their bound.\n\n"
        + table(["context, output cap, count", "sets", "batches", "bound", "sums", "over the bound",
                 "beyond"], lines))


def verdict(value, goal, at_least=True):
    return "met" if (value >= goal if at_least else value <= goal) else "**missed**"


def pipeline_goals(figures):
    ours = figures["sheaf, b=16"]
    rate = statistics.median(column(ours, "rows_per_cpu_second"))
    over = statistics.median(ratios(ours, figures["floor"], "us_per_row"))
    yield ["rows per CPU second, b=16", f"{rate:,.0f}", "at least 100,000", verdict(rate, 100_000),
           f"{over:.1f} times the floor"]
    for name, rounds in figures.items():
        if name.startswith("sheaf") or name == "floor":
            continue
        times = statistics.median(ratios(rounds, ours, "us_per_row"))
        yield [f"CPU a row of {name} over ours", f"{times:.0f}", "at least 20", verdict(times, 20),
               ""]


def efficiency_goals(figures):
    for name in ("sheaf, b=1", "sheaf, b=16"):
        share = statistics.median(column(figures[name], "of_ideal"))
        yield [f"efficiency, {name.split(', ')[1]}", f"{share:.2%}", "at least 98 %",
               verdict(share, 0.98), "ideal: the server's latency"]


def start_goals(figures):
    plain, secure, certificates = (statistics.median(column(figures[name], "ms"))
                                   for name in ("plain HTTP", "TLS", "CA file"))
    yield ["start, plain HTTP", f"{plain:.1f} ms", "under 20 ms",
           verdict(plain, 20, at_least=False), ""]
    yield ["start, TLS", f"{secure:.1f} ms", f"under {20 + certificates:.1f} ms",
           verdict(secure, 20 + certificates, at_least=False),
           f"CA file {certificates:.1f} ms"]


def resume_goals(figures):
    wall = statistics.median(column(figures["sheaf"], "wall"))
    yield [f"resume, {figures['sheaf'][0]['rows']:,} rows", f"{wall:.2f} s", "under 1 s",
           verdict(wall, 1, at_least=False), ""]


def tokens_goals(figures):
    rival = figures.get("tiktoken", ())
    for encoding, text in rival[0] if rival else ():
        for name in ("sheaf, count", "sheaf, ids"):
            ours = column(figures[name], (encoding, text))
            times = statistics.median(
                ratios(column(rival, (encoding, text)), ours, "seconds"))
            speed = statistics.median(one["bytes"] / 1e6 / one["seconds"] for one in ours)
            yield [f"{encoding}, {text}: {name.split(', ')[1]} over tiktoken", f"{times:.1f}",
                   "at least 4", verdict(times, 4), f"{speed:.0f} MB/s"]


def packing_goals(figures):
    made = figures["made lengths"]
    seconds = statistics.median(column(made, "seconds"))
    yield [f"packing {made[0]['lengths']:,} lengths", f"{seconds:.2f} s", "under 10 s",
           verdict(seconds, 10, at_least=False),
           f"{made[0]['batches'] / made[0]['bound']:.4f} of the bound"]
    all_of = packed(figures).values()
    if all_of:
        over = sum(one["batches"] for one in all_of) / sum(one["bound"] for one in all_of)
        beyond = sum(len(one["beyond"]) for one in all_of)
        yield ["batches of the shared sets over the bound", f"{over:.4f}", "at most 1.02",
               verdict(over, 1.02, at_least=False),
               f"by itself over 2 % and a batch: {beyond} of {sum(one['sets'] for one in all_of)}"]


TABLES = {"pipeline": pipeline, "efficiency": efficiency, "start": start, "resume": resume,
          "tokens": tokens, "packing": packing}
GOALS = {"pipeline": pipeline_goals, "efficiency": efficiency_goals, "start": start_goals,
         "resume": resume_goals, "tokens": tokens_goals, "packing": packing_goals}


def page(conditions, figures, missing, programs, quick):
    goals = [line for case, rounds in figures.items() for line in GOALS[case](rounds)]
    parts = ["# Results\n\n"
             "Medians, and in brackets the quartiles, over rounds in which every client ran once, "
             "in an order drawn anew. CPU is user and system time of the client's process. "
             "`make bench-results` makes this page; nothing in it is from a real model.\n"]
    if quick:
        parts.append("**A try with little work: these figures say nothing.**\n")
    parts.append("## Conditions\n\n"
                 + "\n".join(f"- {name}: {text}" for name, text in conditions.items()) + "\n"
                 + "".join(f"- not measured, since not installed: {name}\n" for name in missing))
    if goals:
        parts.append("## Goals\n\n" + table(["quantity", "measured", "goal", "", "beside"], goals))
    parts += [TABLES[case](rounds) for case, rounds in figures.items()]
    parts += [f"## `{name}`\n\n{text}\n" for name, text in programs]
    return "\n".join(parts)
