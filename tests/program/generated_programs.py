# long-file: one grammar.
"""Programs like those of models, drawn from a seed: a typed grammar, so that most of them run."""
import random
import re

NAMES = {
    "int": ["apples", "total", "n", "days", "k"],
    "float": ["price", "rate", "x", "share"],
    "str": ["name", "word", "line"],
    "bool": ["done", "ok"],
    "ints": ["counts", "nums"],
    "floats": ["prices", "weights"],
    "strs": ["words", "names"],
    "dict": ["stock", "ages"],
    "set": ["seen"],
}
WORDS = ["apple", "Pear", "kiwi", "a b", "", "42", "-7", "3.5", "x,y,z", "Zoë", "  pad ", "ABC"]
SPECS = [".2f", ".0f", "8.3f", "05d", ",", ",.2f", "+d", ">10", "<6", "^9", "e", ".3g", "%", ".1%", "x",
         "b", "_", "010,.1f", "", "g", ".10", "*^12"]


RISKY = re.compile(r"^(int|float)\(.*['a-z]|\.index\(|\]\[|\)\[|[a-z]\[-?\d\]|factorial\(-|comb\(-|<<|^ord|"
                   r"^max\([a-z\[]|sqrt\(|log|^format|:[^}]*\}|remove|% \(|\*\* |pow|exp\(|"
                   r"dict\(.*\[|for a, b|map\(int|\]$")


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines = []
        self.functions = []
        self.loops = 0

    def program(self):
        pick = self.random
        if pick.random() < .4:
            self.lines.append(pick.choice(["import math", "import math as m\nimport math",
                                           "from math import sqrt, floor\nimport math"]))
        else:
            self.lines.append("import math")
        for kind, names in NAMES.items():
            self.lines.append(f"{names[0]} = {self.literal(kind)}")
            self.known(kind, names[0])
        for _ in range(pick.randint(0, 2)):
            self.function()
        for _ in range(pick.randint(2, 9)):
            self.statement("", 2)
        kind = pick.choice(["int", "float", "str", "bool", "int", "float", "ints", "dict", "floats",
                            "strs", "set"])
        value = self.expr(kind, 3)
        self.lines.append(f"ans = {value}" if kind in ("int", "float", "str", "bool")
                          else f"ans = str({value})")
        return "\n".join(self.lines) + "\n"

    # What is known so far.
    def known(self, kind, name=None):
        self.names = getattr(self, "names", {})
        if name and name not in self.names.setdefault(kind, []):
            self.names[kind].append(name)
        return self.names.get(kind, [])

    def literal(self, kind):
        pick = self.random
        if kind == "int":
            return str(pick.choice([pick.randint(-9, 9), pick.randint(0, 100), pick.randint(-10**6, 10**6),
                                    pick.randint(-10**25, 10**25), 2**63 - 1, -2**63, 2**64, 10**18, 0, 1]))
        if kind == "float":
            return repr(pick.choice([round(pick.uniform(-100, 100), pick.randint(0, 3)),
                                     pick.choice([0.5, 1.5, 2.5, -0.5, 2.675, 1e16, 1e15, 1e-5, .1, 1e22,
                                                  123456789.125, 1e308, -0.0, 0.0]),
                                     pick.uniform(-1e6, 1e6)]))
        if kind == "str":
            return repr(pick.choice(WORDS))
        if kind == "bool":
            return pick.choice(["True", "False"])
        if kind == "dict":
            keys = pick.sample(["a", "b", "c", "ann", "bob"], pick.randint(1, 4))
            return "{" + ", ".join(f"{key!r}: {pick.randint(-9, 99)}" for key in keys) + "}"
        if kind == "set":
            return "{" + ", ".join(str(pick.randint(-20, 60)) for _ in range(pick.randint(1, 9))) + "}"
        inner = {"ints": "int", "floats": "float", "strs": "str"}[kind]
        return "[" + ", ".join(self.literal(inner) for _ in range(pick.randint(0, 5))) + "]"

    def expr(self, kind, depth):
        pick = self.random
        if depth <= 0 or pick.random() < .15:
            names = self.known(kind)
            if names and pick.random() < .7:
                return pick.choice(names)
            return self.literal(kind)
        rules = getattr(self, "of_" + kind)
        text = pick.choice(rules)(self, depth - 1)
        # Most of what usually raises is drawn again.
        if RISKY.search(text) and pick.random() < .85:
            text = pick.choice(rules)(self, depth - 1)
        return self.literal(kind) if RISKY.search(text) and pick.random() < .8 else text

    def e(self, kind, depth):
        return self.expr(kind, depth)

    def small(self):
        return str(self.random.randint(-6, 12))

    def number(self, depth):
        return self.expr(self.random.choice(["int", "float", "int", "bool"]), depth)

    def divisor(self, depth):
        pick = self.random
        if pick.random() < .1:
            return self.number(depth)
        return str(pick.choice([2, 3, 7, -3, 10, -10, 100, 0.5, -2.5, 10**20, 1, 0.1, 12]
                               if pick.random() < .9 else [0, 0.0, 2**64 + 1]))

    def index(self, depth):
        return self.random.choice(["0", "-1", "1", "2", "-3", "7"])

    def slice(self):
        pick = self.random
        part = lambda: pick.choice(["", "", "0", "1", "-1", "2", "-2", "9"])
        text = f"{part()}:{part()}"
        return text + (":" + pick.choice(["2", "-1", "1", "-2", ""]) if pick.random() < .4 else "")

    of_int = [
        lambda g, d: f"({g.e('int', d)} + {g.e('int', d)})",
        lambda g, d: f"({g.e('int', d)} - {g.e('int', d)})",
        lambda g, d: f"({g.e('int', d)} * {g.e('int', d)})",
        lambda g, d: f"({g.e('int', d)} // {g.divisor(d)})",
        lambda g, d: f"({g.e('int', d)} % {g.divisor(d)})",
        lambda g, d: f"({g.e('int', d)} ** {g.random.randint(0, 9)})",
        lambda g, d: f"-{g.e('int', d)}",
        lambda g, d: f"abs({g.e('int', d)})",
        lambda g, d: f"int({g.e('float', d)})",
        lambda g, d: f"round({g.e('float', d)})",
        lambda g, d: f"round({g.e('int', d)}, -{g.random.randint(0, 4)})",
        lambda g, d: f"math.{g.random.choice(['floor', 'ceil', 'trunc'])}({g.e('float', d)})",
        lambda g, d: f"math.gcd({g.e('int', d)}, {g.e('int', d)})",
        lambda g, d: f"math.comb({g.random.randint(-1, 40)}, {g.random.randint(0, 20)})",
        lambda g, d: f"math.factorial({g.random.randint(-1, 30)})",
        lambda g, d: f"math.isqrt(abs({g.e('int', d)}))",
        lambda g, d: f"len({g.e(g.random.choice(['ints', 'str', 'dict', 'strs', 'set']), d)})",
        lambda g, d: f"sum({g.e('ints', d)})",
        lambda g, d: f"max({g.e('ints', d)})",
        lambda g, d: f"min({g.e('int', d)}, {g.e('int', d)})",
        lambda g, d: f"max({g.e('ints', d)}, default={g.e('int', d)})",
        lambda g, d: f"{g.e('ints', d)}[{g.index(d)}]",
        lambda g, d: f"{g.e('dict', d)}.get({g.e('str', d)}, {g.e('int', d)})",
        lambda g, d: f"{g.e('dict', d)}[{g.random.choice(['a', 'b', 'ann', 'zz'])!r}]",
        lambda g, d: f"sum(v * v for v in {g.e('ints', d)} if v % 2 == {g.random.randint(0, 1)})",
        lambda g, d: f"sum({g.e('dict', d)}.values())",
        lambda g, d: f"({g.e('int', d)} if {g.e('bool', d)} else {g.e('int', d)})",
        lambda g, d: f"divmod({g.e('int', d)}, {g.divisor(d)})[{g.random.randint(0, 1)}]",
        lambda g, d: f"pow({g.e('int', d)}, {g.random.randint(0, 50)}, {g.divisor(d)})",
        lambda g, d: f"({g.e('int', d)} {g.random.choice(['&', '|', '^'])} {g.e('int', d)})",
        lambda g, d: f"({g.e('int', d)} {g.random.choice(['<<', '>>'])} {g.random.randint(0, 70)})",
        lambda g, d: f"~{g.e('int', d)}",
        lambda g, d: f"int({g.e('str', d)})",
        lambda g, d: f"{g.e('str', d)}.{g.random.choice(['count', 'find', 'index', 'rfind'])}({g.e('str', d)})",
        lambda g, d: f"{g.e('ints', d)}.{g.random.choice(['count', 'index'])}({g.e('int', d)})",
        lambda g, d: f"(lambda p, q=2: p * q)({g.e('int', d)})",
        lambda g, d: f"({g.e('int', d)} {g.random.choice(['and', 'or'])} {g.e('int', d)})",
        lambda g, d: f"({g.e('int', d)}).bit_length()",
        lambda g, d: f"hash({g.number(d)})",
        lambda g, d: f"ord({g.e('str', d)}[0])",
        lambda g, d: g.call("int", d),
    ]
    of_float = [
        lambda g, d: f"({g.number(d)} / {g.divisor(d)})",
        lambda g, d: f"({g.e('int', d)} / {g.divisor(d)})",
        lambda g, d: f"({g.e('float', d)} + {g.number(d)})",
        lambda g, d: f"({g.number(d)} - {g.e('float', d)})",
        lambda g, d: f"({g.e('float', d)} * {g.number(d)})",
        lambda g, d: f"({g.e('float', d)} // {g.divisor(d)})",
        lambda g, d: f"({g.e('float', d)} % {g.divisor(d)})",
        lambda g, d: f"({g.e('float', d)} ** {g.random.randint(-3, 5)})",
        lambda g, d: f"(abs({g.e('float', d)}) ** {g.random.choice(['0.5', '1.5', '-0.5'])})",
        lambda g, d: f"({g.e('int', d)} ** -{g.random.randint(1, 3)})",
        lambda g, d: f"round({g.e('float', d)}, {g.random.randint(-4, 6)})",
        lambda g, d: f"float({g.e('int', d)})",
        lambda g, d: f"float({g.e('str', d)})",
        lambda g, d: f"math.sqrt({g.number(d)})",
        lambda g, d: f"math.{g.random.choice(['log', 'exp', 'sin', 'atan', 'log10', 'fabs', 'degrees'])}({g.e('float', d)})",
        lambda g, d: f"math.hypot({g.number(d)}, {g.number(d)})",
        lambda g, d: f"max({g.e('float', d)}, {g.number(d)}) * 1.0",
        lambda g, d: f"{g.e('floats', d)}[{g.index(d)}]",
        lambda g, d: f"sum({g.e('floats', d)}) / len({g.e('floats', d)})",
        lambda g, d: f"-{g.e('float', d)}",
        lambda g, d: f"divmod({g.e('float', d)}, {g.divisor(d)})[0]",
        lambda g, d: f"({g.e('float', d)} if {g.e('bool', d)} else math.pi)",
        lambda g, d: f"math.{g.random.choice(['fmod', 'atan2', 'pow', 'copysign'])}({g.e('float', d)}, {g.number(d)})",
        lambda g, d: g.call("float", d),
    ]
    of_bool = [
        lambda g, d: f"({g.number(d)} {g.random.choice(['<', '<=', '==', '!=', '>', '>='])} {g.number(d)})",
        lambda g, d: f"({g.number(d)} < {g.number(d)} <= {g.number(d)})",
        lambda g, d: f"({g.number(d)} == {g.number(d)} != {g.number(d)} > {g.number(d)})",
        lambda g, d: f"(not {g.e('bool', d)})",
        lambda g, d: f"({g.e('bool', d)} and {g.e('bool', d)})",
        lambda g, d: f"({g.e('bool', d)} or {g.e('bool', d)})",
        lambda g, d: f"({g.e('str', d)} in {g.e('str', d)})",
        lambda g, d: f"({g.e('str', d)} < {g.e('str', d)})",
        lambda g, d: f"({g.e('int', d)} not in {g.e('ints', d)})",
        lambda g, d: f"({g.e('ints', d)} <= {g.e('ints', d)})",
        lambda g, d: f"any(v > {g.e('int', 0)} for v in {g.e('ints', d)})",
        lambda g, d: f"all({g.e('floats', d)})",
        lambda g, d: f"bool({g.e(g.random.choice(['int', 'str', 'ints']), d)})",
        lambda g, d: f"isinstance({g.number(d)}, {g.random.choice(['int', 'float', 'bool', '(int, str)'])})",
        lambda g, d: f"{g.e('str', d)}.{g.random.choice(['isdigit', 'isupper', 'islower', 'isspace'])}()",
        lambda g, d: f"{g.e('str', d)}.startswith({g.e('str', d)})",
        lambda g, d: f"({g.e('set', d)} <= {g.e('set', d)})",
        lambda g, d: f"({g.random.choice(['a', 'q'])!r} in {g.e('dict', d)})",
        lambda g, d: f"math.isclose({g.number(d)}, {g.number(d)})",
    ]
    of_str = [
        lambda g, d: f"({g.e('str', d)} + {g.e('str', d)})",
        lambda g, d: f"({g.e('str', d)} * {g.random.randint(-1, 4)})",
        lambda g, d: f"str({g.e(g.random.choice(['int', 'float', 'bool', 'str', 'ints', 'dict', 'floats', 'strs', 'set']), d)})",
        lambda g, d: f"repr({g.e(g.random.choice(['float', 'str', 'strs', 'dict']), d)})",
        lambda g, d: f"f\"{{{g.number(d)}:{g.random.choice(SPECS)}}}\"".replace("'", "'"),
        lambda g, d: f"f\"{g.random.choice(['', 'is ', '$'])}{{{g.quoteless(d)}}}!\"",
        lambda g, d: f"format({g.e(g.random.choice(['int', 'float', 'str', 'bool']), d)}, {g.random.choice(SPECS)!r})",
        lambda g, d: f"'{{:{g.random.choice(SPECS)}}} and {{}}'.format({g.number(d)}, {g.e('str', d)})",
        lambda g, d: f"'{{1}}-{{0!r}}'.format({g.e('str', d)}, {g.e('ints', d)})",
        lambda g, d: f"'%{g.random.choice(['d', '.2f', 's', '5d', '-6d|', '05.1f', 'e', 'g', 'r', '+d', 'x', '8s'])} %%' % ({g.number(d)},)",
        lambda g, d: f"'%s: %d' % ({g.e('str', d)}, {g.number(d)})",
        lambda g, d: f"{g.e('str', d)}[{g.index(d)}]",
        lambda g, d: f"{g.e('str', d)}[{g.slice()}]",
        lambda g, d: f"{g.e('str', d)}.{g.random.choice(['strip', 'rstrip', 'upper', 'lower', 'title', 'capitalize'])}()",
        lambda g, d: f"{g.e('str', d)}.replace({g.random.choice(['a', 'b', ' ', 'xy'])!r}, {g.e('str', d)})",
        lambda g, d: f"{g.random.choice([',', '', '-'])!r}.join({g.e('strs', d)})",
        lambda g, d: f"', '.join(str(v) for v in {g.e('ints', d)})",
        lambda g, d: f"{g.e('strs', d)}[{g.index(d)}]",
        lambda g, d: f"{g.e('str', d)}.{g.random.choice(['zfill', 'ljust', 'center', 'rjust'])}({g.random.randint(0, 12)})",
        lambda g, d: f"max({g.e('strs', d)}, key=len)",
        lambda g, d: f"type({g.e(g.random.choice(['int', 'float', 'str', 'bool', 'ints', 'dict']), d)}).__name__",
        lambda g, d: f"({g.e('str', d)} if {g.e('bool', d)} else {g.e('str', d)})",
        lambda g, d: f"chr({g.random.randint(32, 300)})",
        lambda g, d: f"{g.random.choice(['bin', 'hex', 'oct'])}({g.e('int', d)})",
        lambda g, d: f"str(type({g.number(d)}))",
        lambda g, d: g.call("str", d),
    ]
    of_ints = [
        lambda g, d: f"[v {g.random.choice(['+', '*', '//', '%', '-'])} {g.e('int', 0)} for v in {g.e('ints', d)}]",
        lambda g, d: f"[i * i for i in range({g.small()}, {g.small()}, {g.random.choice(['1', '2', '-1', '3'])})]",
        lambda g, d: f"sorted({g.e('ints', d)}, reverse={g.random.choice(['True', 'False'])})",
        lambda g, d: f"sorted({g.e('ints', d)}, key=lambda v: v % 7)",
        lambda g, d: f"({g.e('ints', d)} + {g.e('ints', d)})",
        lambda g, d: f"({g.e('ints', d)} * {g.random.randint(-1, 3)})",
        lambda g, d: f"{g.e('ints', d)}[{g.slice()}]",
        lambda g, d: f"list(range({g.small()}))",
        lambda g, d: f"list({g.e('set', d)})",
        lambda g, d: f"list({g.e('dict', d)}.values())",
        lambda g, d: f"list(map(int, {g.e(g.random.choice(['strs', 'floats', 'ints']), d)}))",
        lambda g, d: f"list(map(lambda v: v + 1, {g.e('ints', d)}))",
        lambda g, d: f"list(filter(lambda v: v > 3, {g.e('ints', d)}))",
        lambda g, d: f"list(reversed({g.e('ints', d)}))",
        lambda g, d: f"[x + y for x in {g.e('ints', 0)} for y in range(3) if x != y]",
        lambda g, d: f"[a * b for a, b in zip({g.e('ints', d)}, {g.e('ints', d)})]",
        lambda g, d: f"[i + v for i, v in enumerate({g.e('ints', d)}, {g.small()})]",
        lambda g, d: f"[*{g.e('ints', d)}, {g.e('int', d)}]",
        lambda g, d: f"sorted({g.e('set', d)})",
        lambda g, d: f"[len(w) for w in {g.e('strs', d)}]",
    ]
    of_floats = [
        lambda g, d: f"[v * {g.e('float', 0)} for v in {g.e('floats', d)}]",
        lambda g, d: f"[{g.e('float', d)}, {g.e('float', d)}]",
        lambda g, d: f"[v / {g.small()} for v in {g.e('ints', d)}]",
        lambda g, d: f"sorted({g.e('floats', d)})",
        lambda g, d: f"[round(v, {g.random.randint(-1, 3)}) for v in {g.e('floats', d)}]",
        lambda g, d: f"[float(v) for v in {g.e('ints', d)}]",
    ]
    of_strs = [
        lambda g, d: f"{g.e('str', d)}.split()",
        lambda g, d: f"{g.e('str', d)}.split({g.random.choice([',', ' ', 'a'])!r})",
        lambda g, d: f"{g.e('str', d)}.rsplit({g.random.choice([',', ' '])!r}, 1)",
        lambda g, d: f"sorted({g.e('strs', d)}, key=lambda w: (len(w), w))",
        lambda g, d: f"[w.strip() for w in {g.e('strs', d)} if w]",
        lambda g, d: f"[f'{{v}}' for v in {g.e('ints', d)}]",
        lambda g, d: f"list({g.e('dict', d)})",
        lambda g, d: f"list({g.e('str', d)})",
        lambda g, d: f"[k for k, v in {g.e('dict', d)}.items() if v > {g.small()}]",
    ]
    of_dict = [
        lambda g, d: f"{{k: v + {g.e('int', 0)} for k, v in {g.e('dict', d)}.items()}}",
        lambda g, d: f"{{**{g.e('dict', d)}, 'new': {g.e('int', d)}}}",
        lambda g, d: f"dict(zip({g.e('strs', d)}, {g.e('ints', d)}))",
        lambda g, d: f"{{w: len(w) for w in {g.e('strs', d)}}}",
        lambda g, d: f"dict(sorted({g.e('dict', d)}.items(), key=lambda kv: kv[1]))",
        lambda g, d: f"({g.e('dict', d)} | {g.e('dict', d)})",
        lambda g, d: f"{{{g.e('int', d)}: 1, {g.e('float', d)}: 2, {g.e('bool', d)}: 3}}",
    ]
    of_set = [
        lambda g, d: f"set({g.e('ints', d)})",
        lambda g, d: f"({g.e('set', d)} {g.random.choice(['|', '&', '-', '^'])} {g.e('set', d)})",
        lambda g, d: f"{{v % {g.random.randint(2, 40)} for v in {g.e('ints', d)}}}",
        lambda g, d: f"{{v * {g.random.randint(1, 40)} for v in range({g.random.randint(0, 60)})}}",
        lambda g, d: f"{{v / 4 for v in range({g.random.randint(0, 30)})}}",
    ]

    def quoteless(self, depth):
        for _ in range(5):
            text = self.number(depth)
            if '"' not in text and "'" not in text:
                return text
        return "n" if "n" in self.known("int") else "1"

    def call(self, kind, depth):
        fitting = [f for f in self.functions if f[1] == kind]
        if not fitting:
            return self.expr(kind, 0)
        name, _, kinds = self.random.choice(fitting)
        given = [self.expr(k, depth) for k in kinds]
        if given and self.random.random() < .3:
            given[-1] = f"p{len(given) - 1}={given[-1]}"
        return f"{name}({', '.join(given)})"

    def function(self):
        pick = self.random
        kind = pick.choice(["int", "float", "str"])
        kinds = [pick.choice(["int", "float", "str", "ints"]) for _ in range(pick.randint(0, 3))]
        name = f"f{len(self.functions)}"
        outer = {k: list(v) for k, v in self.names.items()}
        head = ", ".join(f"p{i}" + (f": {'list' if k == 'ints' else k}" if pick.random() < .2 else "")
                         for i, k in enumerate(kinds))
        self.lines.append(f"def {name}({head}):")
        for i, k in enumerate(kinds):
            self.known(k, f"p{i}")
        if pick.random() < .3:
            self.lines.append("    '''What it does.'''")
        for _ in range(pick.randint(0, 3)):
            self.statement("    ", 1, local=True)
        if pick.random() < .3:
            self.lines.append(f"    if {self.expr('bool', 2)}:\n        return {self.expr(kind, 2)}")
        self.lines.append(f"    return {self.expr(kind, 2)}")
        self.names = outer
        self.functions.append((name, kind, kinds))

    def statement(self, indent, depth, local=False):
        pick = self.random
        kind = pick.choice(list(NAMES))
        target = ("v" + str(pick.randint(0, 3)) + "_" + kind) if local else pick.choice(NAMES[kind])
        choice = pick.random()
        if depth > 0 and choice < .14:
            self.branch(indent, depth, local)
        elif depth > 0 and choice < .28:
            self.for_loop(indent, depth, local)
        elif depth > 0 and choice < .34:
            self.while_loop(indent, depth, local)
        elif depth > 0 and choice < .42:
            self.attempt(indent, depth, local)
        elif choice < .52 and self.known("int") and not local:
            op = pick.choice(["+=", "-=", "//=", "%="] if indent else ["+=", "-=", "*=", "//=", "%="])
            value = self.bounded("int", self.expr("int", 2)) if indent else self.expr("int", 2)
            self.lines.append(f"{indent}{pick.choice(self.known('int'))} {op} {value}")
        elif choice < .58 and self.known("ints"):
            ints = pick.choice(self.known("ints"))
            what = pick.choice([f"append({self.expr('int', 1)})", "sort()", "reverse()", "pop()",
                                f"extend({self.expr('ints', 1)}[:9])", f"insert(1, {self.expr('int', 1)})",
                                f"remove({self.expr('int', 1)})"])
            self.lines.append(f"{indent}{ints}.{what}")
        elif choice < .63 and self.known("dict"):
            self.lines.append(f"{indent}{pick.choice(self.known('dict'))}[{self.expr('str', 1)}] = "
                              f"{self.expr('int', 2)}")
        elif choice < .67 and not local and len(self.known("int")) > 1:
            a, b = pick.sample(self.known("int"), 2)
            self.lines.append(f"{indent}{a}, {b} = {b}, {self.bounded('int', self.expr('int', 2))}")
        elif choice < .69:
            self.lines.append(f"{indent}print({self.expr('str', 1)}, end='')")
        elif choice < .71:
            self.lines.append(f"{indent}assert {self.expr('bool', 2)}, {self.expr('str', 1)}")
        elif choice < .73 and self.known("set"):
            self.lines.append(f"{indent}{pick.choice(self.known('set'))}.add({self.expr('int', 1)})")
        else:
            value = self.bounded(kind, self.expr(kind, 3)) if indent else self.expr(kind, 3)
            self.lines.append(f"{indent}{target} = {value}"
                              + pick.choice(["", "", "  # so much", ";"]))
            if indent == "" or local:
                self.known(kind, target)

    def bounded(self, kind, value):
        """What is assigned again and again must not grow without end."""
        if kind == "int":
            return f"({value}) % 10**{self.random.choice([2, 9, 25])}"
        if kind in ("str", "ints", "floats", "strs"):
            return f"({value})[:40]"
        return f"{{v for v in {value} if v < 99}}" if kind == "set" else value

    def block(self, indent, depth, local):
        names = {k: list(v) for k, v in self.names.items()}
        for _ in range(self.random.randint(1, 3)):
            self.statement(indent, depth, local)
        self.names = names

    def branch(self, indent, depth, local):
        self.lines.append(f"{indent}if {self.expr('bool', 2)}:")
        self.block(indent + "    ", depth - 1, local)
        if self.random.random() < .4:
            self.lines.append(f"{indent}elif {self.expr('bool', 2)}:")
            self.block(indent + "    ", depth - 1, local)
        if self.random.random() < .5:
            self.lines.append(f"{indent}else:")
            self.block(indent + "    ", depth - 1, local)

    def for_loop(self, indent, depth, local):
        pick = self.random
        self.loops += 1
        variable = f"i{self.loops}"
        source = pick.choice([f"range({pick.randint(0, 6)})", self.expr("ints", 1) + "[:5]",
                              f"range({pick.randint(1, 5)}, -3, -2)"])
        self.lines.append(f"{indent}for {variable} in {source}:")
        names = {k: list(v) for k, v in self.names.items()}
        self.known("int", variable)
        if pick.random() < .2:
            self.lines.append(f"{indent}    if {variable} {pick.choice(['>', '=='])} 2:\n"
                              f"{indent}        {pick.choice(['break', 'continue'])}")
        for _ in range(pick.randint(1, 2)):
            self.statement(indent + "    ", depth - 1, local)
        self.names = names
        if pick.random() < .2:
            self.lines.append(f"{indent}else:")
            self.block(indent + "    ", 0, local)

    def while_loop(self, indent, depth, local):
        self.loops += 1
        variable = f"w{self.loops}"
        self.lines.append(f"{indent}{variable} = {self.random.randint(0, 5)}")
        self.lines.append(f"{indent}while {variable} > 0:")
        self.lines.append(f"{indent}    {variable} -= {self.random.randint(1, 2)}")
        self.block(indent + "    ", depth - 1, local)

    def attempt(self, indent, depth, local):
        pick = self.random
        self.lines.append(f"{indent}try:")
        self.block(indent + "    ", depth - 1, local)
        name = pick.choice(["ZeroDivisionError", "ValueError", "(KeyError, IndexError)", "Exception",
                            "ArithmeticError", "TypeError"])
        self.lines.append(f"{indent}except {name}{pick.choice(['', ' as error'])}:")
        self.block(indent + "    ", 0, local)
        if pick.random() < .3:
            self.lines.append(f"{indent}finally:")
            self.block(indent + "    ", 0, local)


def program(seed):
    return Generator(seed).program()
