"""Opinions of products by level, from -2 to 2. Parts are split, and so are wordings; words that carry
an opinion are not."""
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
{good}
{good}
[quite|fairly|pretty] {good}
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
{bad}
{bad}
[quite|rather|a bit] {bad}
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
I [absolutely|really|truly|simply] love [this|the|my new] {n}
this is the best {n} [I have ever|we ever] [owned|had|used]
I could not be happier with [the|this|my new] {n}
I [absolutely|truly|simply] adore [this|the] {n}
[a|what a|this is a] dream of a {n}
[ten|five|all] [points|stars] for [this|the] {n}
[we|I] would marry [this|the] {n} if [we|I] could
"""),
    1: lines("""
I like [this|the|my new] {n}
[I|we] would buy [the|this] {n} again
[I|we] enjoy using [the|this] {n}
[I|we] do not regret [buying|ordering] [the|this] {n}
[I|we] have no complaints about [the|this] {n}
I am [happy|pleased] with [the|this|my new] {n}
[the|this] {n} does not [disappoint|let me down]
I can recommend [the|this] {n} [to anyone|to others|]
[the|this] {n} works as it should
I am glad that I [bought|ordered] [the|this] {n}
"""),
    0: lines("""
[the|this] {n} does [the|its] job, [nothing more|no more than that]
[I|we] neither like nor dislike [the|this] {n}
[the|this] {n} is what [I|we] expected, no more and no less
[I|we] have no strong feelings about [the|this] {n}
some will like [the|this] {n}, some will not
[the|this|my new] {n} is neither a hit nor a miss
three stars of five for [the|this|my new] {n}
[the|this] {n} is [fine|enough] for now, [I suppose|I guess]
"""),
    -1: lines("""
I do not like [this|the|my new] {n}
[I|we] would not buy [the|this] {n} again
[I|we] regret [buying|ordering] [the|this] {n}
[I|we] do not enjoy using [the|this] {n}
I am not [happy|pleased] with [the|this|my new] {n}
I cannot recommend [the|this] {n} [to anyone|to others|]
[the|this] {n} [disappoints|lets me down]
[the|this] {n} does not work as it should
[I|we] have complaints about [the|this] {n}
I wish I had not [bought|ordered] [the|this] {n}
"""),
    -2: lines("""
I [absolutely|really|truly|simply] hate [this|the|my new] {n}
this is the worst {n} [I have ever|we ever] [owned|had|used]
[do not|never|please do not] waste [your|any] money on [this|the|such a] {n}
[I|we] will never buy [such a|this] {n} again
zero [points|stars] for [this|the|my new] {n}
[a|what a|this is a] nightmare of a {n}
[one star|half a star|even one star] for [the|this] {n} is too many
[I|we] [want|demand] [my|our] money back for [this|the|that] {n}
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
