"""Texts on which two tokenizers are likely to differ, the same for the same seed."""
import random
import unicodedata
from collections import defaultdict

SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2003\u200a\u2028\u2029\u202f\u205f\u3000"
NO_SPACES = "\x1c\u180e\u200b\u200d\u2060\ufeff"
SUFFIXES = ["s", "t", "re", "ve", "m", "ll", "d", "\u017f", "l", "v", "r", "e", "x", "sx", "\u212a",
            "le", "lv", "rl", "vl", "el", "de", "me", "st"]
SPECIALS = ["<|endoftext|>", "<|endofprompt|>", "<|im_start|>", "<|fim_prefix|>", "<|endof", "|>"]
WORDS = ["the", "and", "of", "Hello", "WORLD", "camelCase", "HTMLPage", "na\u00efve", "don't", "x1",
         "foo_bar", "caf\u00e9", "\u00c9t\u00e9", "stra\u00dfe", "\u0418\u0432\u0430\u043d",
         "\u6771\u4eac", "\u3042\u3044", "iPhone", "McDONALD's", "A\u4e2dB\u4e2dCD"]
SIGNS = ".,:;!?'\"-()[]{}<>/\\|@#$%^&*_=+~`"
# Each has a branch of its own in the split rules of some encoding.
FEW = "aAb\u00e9\u4e2d\u0301'strelvmdSTRELVMD \n\r/1.\u02b0\u01c5\u017f\ufffd\t"
EMOJI = ["\U0001f600", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f44d\U0001f3fd",
         "1\ufe0f\u20e3", "\U0001f1e9\U0001f1ea", "\u2764\ufe0f\u200d\U0001f525",
         "\U0001f9d1\U0001f3ff\u200d\U0001f680", "\u263a", "\u2122\ufe0e",
         "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"]
UNITS = ["a", "A", "ab", "aB", " ", "\n", "\r\n", "\t", "0", "=", "/", "\u0301", "\u4e2d",
         "\U0001f600", "\u3000", "\ufffd", "\u00e9", "'s", " \n", "-"]
# Beyond it only private use, tags and planes without a character.
LAST_OF_INTEREST = 0x323B0


def characters():
    """All code points by general category, and letters, marks and numbers by script."""
    by_category, by_script = defaultdict(list), defaultdict(list)
    for point in range(1, 0x110000):
        character = chr(point)
        category = unicodedata.category(character)
        if category == "Cs":
            continue
        by_category[category].append(character)
        if category[0] in "LMN":
            by_script[unicodedata.name(character, "?").split()[0]].append(character)
    return by_category, by_script


class Generator:
    """Draws texts of one kind after the other; `sources` are files' texts."""

    def __init__(self, seed, sources=()):
        self.random = random.Random(seed)
        self.by_category, self.by_script = characters()
        self.scripts = sorted(self.by_script)
        self.categories = sorted(self.by_category)
        self.sources = [text for text in sources if text]
        self.drawn = 0
        self.kinds = [self.script, self.few, self.mixed, self.contractions, self.spaces,
                      self.categories_mixed, self.emoji, self.marks, self.runs, self.digits,
                      self.specials, self.bytes, self.code, self.pair]

    def texts(self, count):
        """That many, none empty and none with NUL."""
        while count > 0:
            text = self.kinds[self.drawn % len(self.kinds)]().replace("\0", "")
            self.drawn += 1
            if text:
                count -= 1
                yield text

    def times(self, most):
        return range(self.random.randrange(1, most))

    def some(self, parts, most):
        return "".join(self.random.choice(parts) for _ in self.times(most))

    def word(self):
        word = self.random.choice(WORDS)
        return self.random.choice([word, word, word.upper(), word.lower(), word.capitalize()])

    def script(self):
        """Words of one script, each in its turn, as a text has them."""
        script = self.by_script[self.scripts[self.drawn // len(self.kinds) % len(self.scripts)]]
        joints = [" ", " ", " ", ", ", "\n", "-", "'s ", "1", "A", "a", "\u0301"]
        return "".join(self.some(script, 8) + self.random.choice(joints) for _ in self.times(12))

    def few(self):
        return self.some(FEW, 40)

    def mixed(self):
        draws = [self.word, lambda: self.some(SIGNS, 5), lambda: self.some(SPACES, 5),
                 lambda: self.random.choice(EMOJI), lambda: self.some("0123456789", 9),
                 lambda: self.random.choice(self.by_category[self.random.choice(self.categories)])]
        return "".join(self.random.choice(draws)() for _ in self.times(40))

    def contractions(self):
        def one():
            suffix = "".join(self.random.choice([c, c.upper()])
                             for c in self.random.choice(SUFFIXES))
            before = self.random.choice(
                [self.word(), " ", "", "1", "\u0301", "\u4e2d", "A", ".", "\n"])
            behind = self.random.choice(["", " ", self.word(), "'", "1", "\u0301"])
            return before + self.random.choice("'''\u2019") + suffix + behind
        return "".join(one() for _ in self.times(8))

    def spaces(self):
        others = ["\r\n", "\r\n", "\n", " ", "  ", "a", "A", "1", ".", "/", "\u0301"]
        return self.some([*SPACES, *NO_SPACES, *others], 24)

    def categories_mixed(self):
        return "".join(self.random.choice(self.by_category[self.random.choice(self.categories)])
                       for _ in self.times(24))

    def emoji(self):
        return self.some([*EMOJI, " ", "\u200d", "\ufe0f", "a", "\U0001f3fb"], 16)

    def marks(self):
        marks = [*self.random.sample(self.by_category["Mn"], 4), "\u0301",
                 self.random.choice(self.by_category["Mc"])]
        parts = [*marks, *marks, "a", "A", "e", "\u4e2d", " ", "'s", "1", ".", "\n", "Word", "WORD"]
        return self.some(parts, 30)

    def runs(self):
        """A few long runs; one in sixteen is longer than any other text here."""
        longest = 3000 if self.random.randrange(16) == 0 else 200
        return "".join(self.random.choice(UNITS) * self.random.randrange(1, longest)
                       for _ in self.times(4))

    def digits(self):
        numbers = self.by_category["Nd"] + self.by_category["No"] + self.by_category["Nl"]
        parts = [lambda: self.some("0123456789", 12), lambda: self.random.choice(numbers),
                 lambda: self.random.choice([",", ".", " ", "-", "a", "\u0301", "'s", "%", "\n"])]
        return "".join(self.random.choice(parts)() for _ in self.times(16))

    def specials(self):
        return self.some([*SPECIALS, "user", "\n", " ", "Hi", "|", "<", ">"], 12)

    def bytes(self):
        """Random bytes, or a text with some broken, what is malformed replaced."""
        if self.random.randrange(2) == 0:
            return self.random.randbytes(self.random.randrange(1, 60)).decode(errors="replace")
        text = bytearray(self.mixed().encode())
        for _ in self.times(4):
            text[self.random.randrange(len(text))] = self.random.randrange(256)
        return text.decode(errors="replace")

    def code(self):
        if not self.sources:
            return self.mixed()
        source = self.random.choice(self.sources)
        begin = self.random.randrange(len(source))
        return source[begin:begin + self.random.randrange(1, 400)]

    def pair(self):
        return self.random.choice(self.kinds[:-1])() + self.random.choice(self.kinds[:-1])()


def each_character():
    """Every character that matters beside others whose pieces its class moves."""
    points = [*range(1, 0xD800), *range(0xE000, LAST_OF_INTEREST), *range(0xE0000, 0xE0200),
              *range(0xF0000, 0x110000, 509), 0x10FFFF]
    size = 64
    for begin in range(0, len(points), size):
        yield "\n".join(f" {c}'s 1{c}234  {c} b{c}{c}/a A{c}a"
                        for c in map(chr, points[begin:begin + size]))
