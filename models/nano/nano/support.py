"""Messages to the support of a team-scheduling app, by queue."""
from . import support_words as words
from .grammar import capital, fill, side_of
from .lexicon import DAYS, NAMES

MONTHS = """January February March April May June July August September October November
December""".split()


class Support:
    def __init__(self, side):
        self.slots = {"day": DAYS, "month": MONTHS, "name": side_of(NAMES, side),
                      "thing": side_of(words.THINGS, side), "action": side_of(words.ACTIONS, side)}
        self.queues = {"bug": side_of(words.FAULTS, side), "how-to": side_of(words.ASKS, side),
                       "billing": side_of(words.BILLING, side),
                       "account": side_of(words.ACCOUNT, side)}
        self.openings = side_of(words.OPENINGS, side)
        self.closings = side_of(words.CLOSINGS, side)
        self.fillers = side_of(words.FILLERS, side)

    def message(self, rng):
        queue = rng.choice(list(self.queues))
        slots = self.slots | {"other_thing": rng.choice(self.slots["thing"]),
                              "n": str(rng.randint(2, 400)), "m": str(rng.randint(2, 90))}
        text = fill(rng.choice(self.queues[queue]), slots, rng).replace(" ,", ",")
        casual = rng.random() < 0.35
        if not casual:
            text = capital(text)
            text += "" if text[-1] in "?.!" else rng.choice("....!")
        elif rng.random() < 0.5:
            text = text.lower().rstrip("?.!")
        parts = [text]
        if rng.random() < 0.25:
            parts.insert(rng.randrange(2), fill(rng.choice(self.fillers), slots, rng))
        if not casual and rng.random() < 0.25:
            parts.insert(0, rng.choice(self.openings))
        if not casual and rng.random() < 0.2:
            parts.append(fill(rng.choice(self.closings), slots, rng))
        return {"text": " ".join(parts), "answer": queue}
