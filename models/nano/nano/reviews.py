"""Product reviews: a level of -2 to 2, from words, intensifiers, negations and mixed clauses."""
from . import review_words as words
from .grammar import HELD, capital, expand, fill, is_held, side_of, worded
from .lexicon import DAYS, PRODUCTS, names

FIVE = {2: "great", 1: "good", 0: "okay", -1: "bad", -2: "terrible"}


class Reviews:
    def __init__(self, side):
        self.side = side
        self.slots = dict(words.WORDS)
        self.slots |= {"n": side_of(PRODUCTS, side), "name": names(side),
                       "part": side_of(words.PARTS, side), "day": DAYS}

    def framed(self, level, rng):
        """A frame with a predicate, which are held out as a pair."""
        while True:
            frame = expand(rng.choice(words.FRAMES), rng)
            wording = frame.replace("{p}", expand(rng.choice(words.PREDICATES[level]), rng))
            if is_held(wording) == (self.side == HELD):
                return wording

    def clause(self, level, rng, noun):
        if rng.random() < 0.3:
            wording = worded(words.VERBS[level], self.side, rng)
        else:
            wording = self.framed(level, rng)
        return fill(wording, self.slots | {"n": noun}, rng)

    def text(self, level, rng):
        """A level of 0 may come of two clauses that contradict one another."""
        noun = rng.choice(self.slots["n"])
        draw = rng.random()
        if level == 0 and draw < 0.5:
            sign = rng.choice((-1, 1))
            return self.joined(self.clause(sign, rng, noun), self.clause(-sign, rng, noun), rng)
        sentences = [capital(self.clause(level, rng, noun)) + rng.choice(".....!")]
        if draw > 0.8:
            sentences.append(capital(self.clause(level, rng, noun)) + ".")
        return self.with_aside(sentences, rng)

    def decided(self, sign, rng):
        """Of two classes; of mixed opinions the last one counts."""
        noun = rng.choice(self.slots["n"])
        if rng.random() < 0.3:
            one, other = (self.clause(s * rng.choice((1, 1, 2)), rng, noun) for s in (-sign, sign))
            return self.joined(one, other, rng)
        return self.text(sign * rng.choice((1, 2)), rng)

    def joined(self, one, other, rng):
        return capital(fill(rng.choice(words.JOINS), {"x": one, "y": other}, rng))

    def with_aside(self, sentences, rng):
        if rng.random() < 0.35:
            aside = fill(rng.choice(words.ASIDES), self.slots, rng)
            sentences.insert(rng.randrange(len(sentences) + 1), aside)
        return " ".join(sentences)

    def two(self, rng):
        sign = rng.choice((-1, 1))
        return {"text": self.decided(sign, rng), "answer": "positive" if sign > 0 else "negative"}

    def five(self, rng):
        level = rng.choice((-2, -1, 0, 1, 2))
        return {"text": self.text(level, rng), "answer": FIVE[level]}
