"""Words in no order, to be repeated; and two of them, to be compared."""
from .arithmetic_words import BOXES, ITEMS
from .grammar import HELD, is_held
from .lexicon import COLOURS, DAYS, NAMES, OBJECTS, PLACES, PRODUCTS, made_name
from .review_words import PARTS
from .support_words import OTHER_THINGS, PARTS_OF, VIEWS

FEW = {*COLOURS, *DAYS}
# Of both sides: a word that is new to a task is to be new in it alone, not as a token.
KNOWN = [*COLOURS, *DAYS, *(word for words in OBJECTS.values() for word in words), *NAMES, *PLACES,
         *PRODUCTS, *PARTS, *ITEMS, *BOXES, *OTHER_THINGS, *PARTS_OF, *VIEWS]


class Echo:
    def __init__(self, side):
        self.side = side

    def word(self, rng):
        draw = rng.random()
        if draw < 0.25:
            return made_name(self.side, rng)
        return str(rng.randint(2, 400)) if draw < 0.4 else rng.choice(KNOWN)

    def text(self, rng):
        while True:
            text = " ".join(self.word(rng) for _ in range(rng.choice((1, 1, 2, 3, 4))))
            if is_held(text) == (self.side == HELD):
                return {"text": text, "answer": text}

    def pair(self, rng):
        """Are both words the same? For training most are days and colours: few words teach soonest
        what comparing is. Those held out are of other words."""
        while True:
            few = None if self.side == HELD else rng.choice((DAYS, COLOURS, None, None))
            one, other = (rng.choice(few) if few else self.word(rng) for _ in range(2))
            if rng.random() < 0.5:
                other = one
            text, answer = f"{one} and {other}", "yes" if one == other else "no"
            if few or (is_held(text) == (self.side == HELD) and not {one, other} & FEW):
                return {"text": text, "answer": answer}
