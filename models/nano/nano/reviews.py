"""Product reviews: a level of -2 to 2, from words, intensifiers, negations and mixed clauses."""
from . import review_words as words
from .grammar import capital, fill, side_of
from .lexicon import DAYS, NAMES, PRODUCTS

FIVE = {2: "great", 1: "good", 0: "okay", -1: "bad", -2: "terrible"}


class Reviews:
    def __init__(self, side):
        self.slots = dict(words.WORDS)
        self.slots |= {"n": side_of(PRODUCTS, side), "name": side_of(NAMES, side),
                       "part": side_of(words.PARTS, side), "day": DAYS}
        self.frames = side_of(words.FRAMES, side)
        self.verbs = {level: side_of(verbs, side) for level, verbs in words.VERBS.items()}
        self.asides, self.joins = side_of(words.ASIDES, side), side_of(words.JOINS, side)

    def clause(self, level, rng, noun):
        slots = self.slots | {"n": noun, "p": rng.choice(words.PREDICATES[level])}
        verbs = self.verbs[level]
        return fill(rng.choice(verbs if verbs and rng.random() < 0.3 else self.frames), slots, rng)

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
        return capital(fill(rng.choice(self.joins), {"x": one, "y": other}, rng))

    def with_aside(self, sentences, rng):
        if rng.random() < 0.35:
            aside = fill(rng.choice(self.asides), self.slots, rng)
            sentences.insert(rng.randrange(len(sentences) + 1), aside)
        return " ".join(sentences)

    def two(self, rng):
        sign = rng.choice((-1, 1))
        return {"text": self.decided(sign, rng), "answer": "positive" if sign > 0 else "negative"}

    def five(self, rng):
        level = rng.choice((-2, -1, 0, 1, 2))
        return {"text": self.text(level, rng), "answer": FIVE[level]}
