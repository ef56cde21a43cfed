"""Word problems of one and two steps below 100, with the steps written out: tens, then units."""
import zlib

from .arithmetic_words import ADD, BOXES, ITEMS, MUL, SUB, TWO
from .grammar import HELD, capital, fill, side_of, worded
from .lexicon import people

ONE = {"+": ADD, "-": SUB, "*": MUL}


def held_numbers(a, b):
    """One pair of operands in eight is held out, whatever is done with it; but none up to twenty, since
    tables are to be learnt."""
    return max(a, b) > 20 and zlib.crc32(f"{a},{b}".encode()) % 8 == 0


def result(a, op, b):
    return a + b if op == "+" else a - b if op == "-" else a * b


def parts(a, op, b):
    """The easier step that is left, or nothing where the step is easy: 27 + 15 is 37 + 5, and
    4 * 13 is 40 + 12."""
    if b < 10 or b % 10 == 0:
        return None
    if op == "*":
        return a * (b - b % 10), "+", a * (b % 10)
    return result(a, op, b - b % 10), op, b % 10


def working(a, op, b):
    """A step as it is written."""
    easier = parts(a, op, b)
    between = "{} {} {} = ".format(*easier) if easier else ""
    return f"{a} {op} {b} = {between}{result(a, op, b)}."


class Arithmetic:
    def __init__(self, side):
        self.side, self.held = side, side == HELD
        self.items, self.boxes = side_of(ITEMS, side), side_of(BOXES, side)

    def fits(self, a, op, b):
        """Both sides are below 100 and above 0, and what is asked is of this side. A row for
        training shows no pair that is held out in its working either."""
        easier = parts(a, op, b)
        shown = easier and held_numbers(easier[0], easier[2])
        return (0 < result(a, op, b) < 100 and held_numbers(a, b) == self.held
                and not (shown and not self.held))

    def operands(self, op, rng, easy=False):
        """Operands of one step; in half of the cases smaller ones. An easy step has no working:
        its second number is a digit or has no units."""
        while True:
            most = rng.choice((14, 30, 98, 98))
            if op == "*":
                a, b = rng.randint(2, 9), rng.randint(2, min(most, 49))
            else:
                a, b = rng.randint(2, most), rng.randint(2, most)
            if self.fits(a, op, b) and not (easy and parts(a, op, b)):
                return a, b

    def question(self, templates, numbers, rng):
        (name, he, him), (other, *_) = people(self.side, rng)
        slots = {"name": name, "other": other, "he": he, "He": capital(he), "him": him,
                 "items": rng.choice(self.items), "boxes": rng.choice(self.boxes)}
        slots |= dict(zip("abc", map(str, numbers)))
        return fill(worded(templates, self.side, rng), slots, rng)

    def one_step(self, rng, ops="++--*", easy=False):
        op = rng.choice(ops)
        a, b = self.operands(op, rng, easy)
        return {"text": self.question(ONE[op], (a, b), rng),
                "answer": str(result(a, op, b)), "reasoning": working(a, op, b)}

    def two_steps(self, rng):
        first, second = rng.choice(list(TWO))
        while True:
            a, b = self.operands(first, rng)
            middle, c = result(a, first, b), rng.randint(2, 60)
            if self.fits(middle, second, c):
                break
        return {"text": self.question(TWO[first, second], (a, b, c), rng),
                "answer": str(result(middle, second, c)),
                "reasoning": f"{working(a, first, b)} {working(middle, second, c)}"}

    def calculation(self, rng):
        """A bare easy step; a sum is also asked the other way round. No easy product is held out. In
        half of those for training hundreds stand before one that would do without them, so that
        digits are worked with rather than pairs known by heart."""
        op = rng.choice("+-" if self.held else "+-*")
        a, b = self.operands(op, rng, easy=True)
        if op == "+" and rng.random() < 0.5 and self.fits(b, op, a):
            a, b = b, a
        hundreds = 0 if self.held or op == "*" else rng.choice((0, 100 * rng.randint(1, 9)))
        return {"text": f"{hundreds + a} {op} {b}", "answer": str(hundreds + result(a, op, b))}

    def direct(self, rng):
        return self.one_step(rng, "+-", easy=True)

    def reasoned(self, rng):
        return self.one_step(rng) if rng.random() < 0.55 else self.two_steps(rng)
