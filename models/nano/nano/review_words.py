"""Opinions of products by level, from -2 to 2. Frames, verbs, parts, asides and joins are split;
words that carry an opinion are not."""
from .grammar import lines, words

GREAT = words("""
excellent, fantastic, superb, brilliant, outstanding, wonderful, amazing, perfect, magnificent,
stunning, marvellous, terrific
""")

GOOD = words("""
good, nice, solid, pleasant, reliable, comfortable, sturdy, handy, lovely, useful, neat,
well made, practical, quiet, easy to use
""")

OKAY = words("""
okay, average, ordinary, passable, acceptable, so-so, middling, unremarkable, nothing special,
fair
""")

BAD = words("""
bad, poor, weak, flimsy, disappointing, uncomfortable, noisy, clumsy, unreliable, dull, shoddy,
annoying, hard to use, badly made, slow
""")

TERRIBLE = words("""
terrible, awful, horrible, dreadful, useless, atrocious, appalling, abysmal, disgusting,
worthless, a disaster, hopeless
""")

WORDS = {"great": GREAT, "good": GOOD, "okay": OKAY, "bad": BAD, "awful": TERRIBLE}

PREDICATES = {
    2: lines("""
{great}
[absolutely|simply|truly|really] {great}
[very|extremely|incredibly] {good}
"""),
    1: lines("""
{good}
{good}
[quite|fairly|pretty] {good}
not {bad}
not {bad} at all
not the least bit {bad}
{good} and not {bad}
"""),
    0: lines("""
{okay}
[just|only|merely] {okay}
neither {good} nor {bad}
neither {great} nor {awful}
"""),
    -1: lines("""
{bad}
{bad}
[quite|rather|a bit] {bad}
not {good}
not {good} at all
[not|hardly] {great}
not very {good}
anything but {good}
{bad} and not {good}
"""),
    -2: lines("""
{awful}
[absolutely|simply|truly|really] {awful}
[very|extremely|incredibly] {bad}
"""),
}

FRAMES = lines("""
the {n} is {p}
this {n} turned out to be {p}
I [found|find] the {n} {p}
my new {n} [is|was] {p}
after [a week|a month|two days] the {n} [is|still seems] {p}
{name} says the {n} is {p}
honestly, the {n} is {p}
to [me|us] the {n} felt {p}
for [the price|the money] this {n} is {p}
in daily use the {n} is {p}
the {part} of the {n} is {p}
all in all the {n} proved {p}
I would call this {n} {p}
we think the {n} is {p}
the {n} that {name} [gave me|ordered] is {p}
everyone here finds the {n} {p}
as a present the {n} was {p}
the {n} looks {p}
it is {p}
the {part} seems {p}
what a {n}: it is {p}
my [mother|brother|neighbour] calls the {n} {p}
compared with my old {n}, this one is {p}
it has been {p} so far
""")

VERBS = {
    2: lines("""
I [absolutely|really|truly] love this {n}
this is the best {n} I have ever [owned|had|used]
I could not be happier with the {n}
I adore this {n}
a dream of a {n}
ten out of ten for this {n}
I love the {n}
five stars for the {n}
"""),
    1: lines("""
I like [this|the] {n}
I would buy the {n} again
I enjoy using the {n}
I do not regret buying the {n}
I have no complaints about the {n}
I am happy with the {n}
the {n} does not disappoint
I can recommend the {n}
the {n} works as it should
I am glad that I bought the {n}
"""),
    0: lines("""
the {n} does the job, nothing more
I neither like nor dislike the {n}
the {n} is what I expected, no more and no less
I have no strong feelings about the {n}
some will like the {n}, some will not
the {n} is neither a hit nor a miss
three stars of five for the {n}
the {n} is fine for now, I suppose
"""),
    -1: lines("""
I do not like [this|the] {n}
I would not buy the {n} again
I regret buying the {n}
I do not enjoy using the {n}
I am not happy with the {n}
I cannot recommend the {n}
the {n} disappoints
the {n} does not work as it should
I have complaints about the {n}
I wish I had not bought the {n}
"""),
    -2: lines("""
I [absolutely|really|truly] hate this {n}
this is the worst {n} I have ever [owned|had|used]
do not waste your money on this {n}
I will never buy such a {n} again
zero out of ten for this {n}
I hate the {n}
a nightmare of a {n}
one star for the {n} is too many
I want my money back for this {n}
"""),
}

PARTS = words("""
handle, colour, design, finish, size, fabric, sound, battery, cable, lid, button, packaging,
manual, screen, weight, zip, material, motor
""")

ASIDES = lines("""
It arrived on {day}.
I ordered it in [red|blue|black|white].
We use it [every day|at work|at home].
{name} chose it.
It came in a [big|small|plain] box.
I bought it [last month|in spring|online].
It stands in the [kitchen|hall|office].
Delivery took [two|three|four] days.
I got it for my [sister|father|son].
It replaces an older one.
I have had it [since {day}|for a month].
My order was the second one.
""")

JOINS = lines("""
{x}, but {y}.
although {x}, {y}.
{x}. Still, {y}.
{x}; however, {y}.
even though {x}, {y}.
{x}, and yet {y}.
while {x}, {y}.
{x}. Nevertheless {y}.
""")
