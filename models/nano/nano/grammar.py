"""Sentences from templates: `[a|b]` is one of these, `{slot}` a word of that slot. A wording is a
template whose choices are made and whose slots are open: one in six is held out, so that held-out
sentences are new, and their words are not."""
import math
import re
import zlib

ALTERNATIVES = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{(\w+)\}")

TRAIN, HELD = "train", "held"
ONE_IN = 6  # of lists of words and of wordings, this share is held out
FEWEST = 3  # wordings of a template of which some are held out


def lines(text):
    """One item a line."""
    return [line.strip() for line in text.strip().splitlines()]


def words(text):
    """Items between commas."""
    return [word.strip() for word in text.split(",")]


def side_of(items, side):
    """The items of a list that are for training, or those held out: every sixth. Disjoint."""
    held = side == HELD
    return [item for i, item in enumerate(items) if (i % ONE_IN == ONE_IN - 1) == held]


def is_held(wording):
    return zlib.crc32(wording.encode()) % ONE_IN == 0


def count(template):
    """Wordings of a template."""
    return math.prod(len(found.split("|")) for found in ALTERNATIVES.findall(template))


def expand(template, rng):
    """`template` with every choice made; slots stay open."""
    while found := ALTERNATIVES.search(template):
        chosen = rng.choice(found.group(1).split("|"))
        template = template[: found.start()] + chosen + template[found.end() :]
    return template


def worded(templates, side, rng):
    """A wording of one of the templates, of that side."""
    while True:
        template = rng.choice(templates)
        wording = expand(template, rng)
        held = count(template) >= FEWEST and is_held(wording)
        if held == (side == HELD):
            return wording


def fill(template, slots, rng):
    """`template` with every choice made. A slot is a list of texts or a text; a text that is put in
    is filled in turn."""
    template = expand(template, rng)
    while found := SLOT.search(template):
        words = slots[found.group(1)]
        word = words if isinstance(words, str) else rng.choice(words)
        if "[" in word or "{" in word:
            word = fill(word, slots, rng)
        template = template[: found.start()] + word + template[found.end() :]
    return re.sub(r" (?=[?.,])", "", " ".join(template.split()))


def capital(text):
    return text[:1].upper() + text[1:]


def a(noun):
    """With its article."""
    return ("an " if noun[0] in "aeiou" else "a ") + noun
