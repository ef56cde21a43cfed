"""Writes text as rows have it, of any size and the same every time, without one line twice."""
import itertools
import random

# Of the bytes, in percent.
SHARES = {"prose": 50, "code": 25, "Cyrillic": 8, "Chinese and Japanese": 8, "figures": 6,
          "Devanagari, Arabic and emoji": 3}
WORDS = 50_000
AT_ONCE = 20_000
LATIN = ("the an er in re on at nd st es or te of ed is it al ar en to nt ng se ha as ou io le ve "
         "co me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur a e i o s t").split()
CYRILLIC = "ст но то на ен ов ни ра во ко ал ли по ре ер го не ан ро от ва ка пр ос и а о е".split()
HAN = "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可"
KANA = "あいうえおかきくけこさしすせそたちつてとなにのはまもやゆよらりるれわをんアイウエオカキタテトナルレン"
OTHERS = "नमस्ते भारत में की और مرحبا العربية من في 🙂 🎉 👩‍💻 ❤️ 🇩🇪".split()
KEYWORDS = "if return for const auto int def self import class else while new public void".split()


class Writer:
    """Lines of each kind, without end."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.latin = self.vocabulary(LATIN)
        self.cyrillic = self.vocabulary(CYRILLIC)
        self.kinds = {"prose": self.prose, "code": self.code, "Cyrillic": self.russian,
                      "Chinese and Japanese": self.han, "figures": self.figures,
                      "Devanagari, Arabic and emoji": self.others}

    def vocabulary(self, syllables):
        """Words, the commonest first, which are the shortest, and how often each is drawn."""
        words = dict.fromkeys(syllables)
        while len(words) < WORDS:
            count = 2 + (len(words) > 500) + (len(words) > 12_000)
            words["".join(self.random.choices(syllables, k=count))] = None
        weights = itertools.accumulate(1 / rank for rank in range(1, WORDS + 1))
        return list(words), list(weights)

    def words(self, vocabulary):
        """Without end, by Zipf's law."""
        words, weights = vocabulary
        while True:
            yield from self.random.choices(words, cum_weights=weights, k=AT_ONCE)

    def prose(self):
        return self.sentences(self.words(self.latin))

    def russian(self):
        return self.sentences(self.words(self.cyrillic))

    def sentences(self, words):
        while True:
            line = []
            for _ in range(self.random.randrange(2, 7)):
                sentence = list(itertools.islice(words, self.random.randrange(5, 22)))
                sentence[0] = sentence[0].capitalize()
                sentence[len(sentence) // 2] += self.random.choice([",", ",", ";", "", "'s", " -"])
                line.append(" ".join(sentence) + self.random.choice("....?!:"))
            yield " ".join(line)

    def code(self):
        words = self.words(self.latin)
        draw = self.random
        while True:
            a, b, c, d = (next(words) for _ in range(4))
            camel = f"{a}{b.capitalize()}{c.capitalize()}"
            snake = f"{b}_{c}_{draw.randrange(1000)}"
            indent = " " * (4 * draw.randrange(5))
            yield indent + draw.choice([
                f"{draw.choice(KEYWORDS)} {camel} = {snake}({d}, {draw.randrange(100_000)});",
                f"{draw.choice(KEYWORDS)} ({snake}[{d}] != {camel}.{a}()) {{  // {b} {d}",
                f"{snake}.{camel}(\"{c} {d}\", {{{a}: {draw.random():.4f}}})",
                f"std::vector<{camel}> {snake}{{{a}, {b}, 0x{draw.getrandbits(32):X}}};",
            ])

    def han(self):
        while True:
            letters = HAN if self.random.random() < 0.6 else KANA + HAN
            parts = ("".join(self.random.choices(letters, k=self.random.randrange(6, 30)))
                     for _ in range(self.random.randrange(2, 6)))
            yield "，".join(parts) + "。"

    def figures(self):
        while True:
            draw = self.random
            yield (f"{draw.randrange(1, 29)}.{draw.randrange(1, 13)}.20{draw.randrange(10, 30)},"
                   f"{draw.randrange(10**9)},{draw.uniform(-1000, 1000):.3f},"
                   f"{draw.getrandbits(64):016x},{draw.randrange(100)} %")

    def others(self):
        words = self.words(self.latin)
        while True:
            yield " ".join(self.random.choice([self.random.choice(OTHERS), next(words)])
                           for _ in range(self.random.randrange(12, 30)))


def write_mixed_text(path, size):
    """About `size` bytes, lines of all kinds in turn."""
    writer = Writer(5)
    lines = {name: make() for name, make in writer.kinds.items()}
    written = dict.fromkeys(lines, 0)
    total = 0
    with open(path, "w", encoding="utf-8") as out:
        while total < size:
            name = min(written, key=lambda kind: written[kind] / SHARES[kind])
            line = next(lines[name]) + "\n"
            out.write(line)
            count = len(line.encode())
            written[name] += count
            total += count
