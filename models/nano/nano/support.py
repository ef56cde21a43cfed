"""Messages to the support of a team-scheduling app, by queue."""
from . import support_words as words
from .grammar import capital, fill, side_of, worded
from .lexicon import DAYS, names

MONTHS = """January February March April May June July August September October November
December""".split()


class Support:
    def __init__(self, side):
        self.side = side
        self.slots = {"day": DAYS, "month": MONTHS, "name": names(side),
                      "thing": side_of(words.THINGS, side), "action": side_of(words.ACTIONS, side)}
        self.queues = {"bug": words.FAULTS, "how-to": words.ASKS, "billing": words.BILLING,
                       "account": words.ACCOUNT}

    def message(self, rng):
        queue = rng.choice(list(self.queues))
        slots = self.slots | {"other_thing": rng.choice(self.slots["thing"]),
                              "n": str(rng.randint(2, 400)), "m": str(rng.randint(2, 90))}
        text = fill(worded(self.queues[queue], self.side, rng), slots, rng)
        casual = rng.random() < 0.35
        if not casual:
            text = capital(text)
            text += "" if text[-1] in "?.!" else rng.choice("....!")
        elif rng.random() < 0.5:
            text = text.lower().rstrip("?.!")
        parts = [text]
        if rng.random() < 0.25:
            parts.insert(rng.randrange(2), fill(rng.choice(words.FILLERS), slots, rng))
        if not casual and rng.random() < 0.25:
            parts.insert(0, rng.choice(words.OPENINGS))
        if not casual and rng.random() < 0.2:
            parts.append(fill(rng.choice(words.CLOSINGS), slots, rng))
        return {"text": " ".join(parts), "answer": queue}
