"""Word problems of one and two steps, with the steps written out."""
import zlib

from .arithmetic_words import ADD, BOXES, ITEMS, MUL, SUB, TWO
from .grammar import capital, fill, side_of
from .lexicon import NAMES, SHE


def held_numbers(a, b):
    """One pair of operands in eight is held out, whatever is done with it."""
    return zlib.crc32(f"{a},{b}".encode()) % 8 == 0


class Arithmetic:
    def __init__(self, side):
        self.held = side == "held"
        self.names, self.items = side_of(NAMES, side), side_of(ITEMS, side)
        self.boxes = side_of(BOXES, side)
        self.one = {"+": side_of(ADD, side), "-": side_of(SUB, side), "*": side_of(MUL, side)}
        self.two = {ops: side_of(texts, side) for ops, texts in TWO.items()}

    def operands(self, op, rng):
        """Operands of one step: sums up to 99, differences above 0, products up to 9 times 12; in
        half of the cases smaller ones."""
        while True:
            most = rng.choice((14, 30, 99, 99))
            if op == "+":
                a, b = rng.randint(2, most - 2), rng.randint(2, most - 2)
                fits = a + b <= 99
            elif op == "-":
                a, b = rng.randint(3, most), rng.randint(2, most)
                fits = a > b
            else:
                a, b = rng.randint(2, 9), rng.randint(2, 12)
                fits = True
            if fits and held_numbers(a, b) == self.held:
                return a, b

    def question(self, template, numbers, rng):
        name, other = rng.sample(self.names, 2)
        he, him = ("she", "her") if name in SHE else ("he", "him")
        slots = {"name": name, "other": other, "he": he, "He": capital(he), "him": him,
                 "items": rng.choice(self.items), "boxes": rng.choice(self.boxes)}
        slots |= dict(zip("abc", map(str, numbers)))
        return fill(template, slots, rng)

    def one_step(self, rng, ops="++--*"):
        op = rng.choice(ops)
        a, b = self.operands(op, rng)
        value = result(a, op, b)
        return {"text": self.question(rng.choice(self.one[op]), (a, b), rng), "answer": str(value),
                "reasoning": f"{a} {op} {b} = {value}."}

    def two_steps(self, rng):
        first, second = rng.choice(list(self.two))
        while True:
            a, b = self.operands(first, rng)
            middle, c = result(a, first, b), rng.randint(2, 60)
            value = result(middle, second, c)
            if 0 < value <= 199 and held_numbers(middle, c) == self.held:
                break
        return {"text": self.question(rng.choice(self.two[first, second]), (a, b, c), rng),
                "answer": str(value),
                "reasoning": f"{a} {first} {b} = {middle}. {middle} {second} {c} = {value}."}

    def reasoned(self, rng):
        return self.one_step(rng) if rng.random() < 0.55 else self.two_steps(rng)


def result(a, op, b):
    return a + b if op == "+" else a - b if op == "-" else a * b
