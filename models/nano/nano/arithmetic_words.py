"""Word problems by operation. Items and boxes are split, and so are the wordings of problems."""
from .grammar import lines, words

ITEMS = words("""
apples, books, stamps, marbles, coins, cards, shells, pencils, stickers, eggs, buttons, photos,
tickets, candles, flowers, cookies, stones, balloons, bottles, plates, keys, badges, beads,
ribbons, letters, chairs, plums, pens, cups, toys, spoons, lemons, nails, kites, maps, cakes,
socks, bricks, corks, masks, seeds, bells, ropes, hats, jars, rings, forks, towels
""")

BOXES = words("""
boxes, bags, baskets, crates, jars, trays, packets, drawers, shelves, rows, sacks, cartons, tins,
buckets, barrels, chests, bins, tubs, pouches, cases, bundles, parcels, stacks, piles, pots, bowls,
cans, racks, sets, envelopes, rolls, cabinets
""")

ADD = lines("""
[Find|Work out|Calculate|Give] {a} [+|plus|and] {b}.
[What|How much] is {a} [+|plus|and] {b}?
[Add|Put together|Sum] {a} and {b}.
{a} {items} [and|plus] {b} {items}: [how many|what is the total|how many in all]?
{name} [has|owns|holds|keeps] {a} {items}. {He} [buys|gets|finds|wins] {b} more. How many \
{items} does {he} have [now|in all|then]?
There are {a} {items} [on the table|in a box|in a bag|here]. {name} [puts|adds|brings] {b} more \
there. How many {items} are [there now|there|there in all]?
{name} [has|owns|brings] {a} {items} and {other} [has|owns|brings] {b}. How many {items} do they \
[have|bring] [together|in all]?
{name} [collects|sells|makes|counts] {a} {items} on [Monday|Friday] and {b} on [Tuesday|Sunday]. \
How many {items} is that [in all|together]?
A shop [sells|gets|buys] {a} {items} in the morning and {b} in the [afternoon|evening]. How many \
{items} [is that|in all|together]?
{name} [counts|finds|sees] {a} {items} in one room and {b} in another. How many {items} \
[are there|is that|are there in all]?
{other} [gives|brings|sends] {name} {b} {items}. {name} [had|owned] {a} before. How many {items} \
does {name} have [now|in all]?
In a [bag|box|jar] are {a} [red|old|small] and {b} [blue|new|big] {items}. How many {items} are \
in [it|there]?
{name} [had|owned] {a} {items} and [won|found|got] {b} [in a game|at school|at home]. How many \
{items} has {he} now?
{a} {items} are here and {b} are [there|on the table]. How many {items} are there \
[altogether|in all|together]?
{name} needs {a} {items} for [school|work] and {b} for [home|a friend]. How many {items} does \
{he} need [in all|together]?
{name} [brought|bought|made] {a} {items}, {other} [brought|bought|made] {b}. What is the total?
""")

SUB = lines("""
[Find|Work out|Calculate|Give] {a} [-|minus|less] {b}.
[What|How much] is {a} [-|minus|less] {b}?
[Take|Subtract] {b} from {a}.
{a} {items} [minus|less] {b} {items}: [how many|how many are left|what is left]?
{name} [has|owns|holds] {a} {items}. {He} [gives away|loses|sells|eats] {b}. How many {items} \
[are left|remain]?
There are {a} {items} [on the table|in a box|in a bag]. {name} takes {b} [out|away]. How many \
{items} [stay|remain|are left]?
{name} [had|owned] {a} {items} and [gave|sold|sent] {b} to {other}. How many {items} does {he} \
have [left|now]?
Of {a} {items}, {b} are [broken|lost|sold]. How many {items} are [whole|left|not]?
A shop [has|had] {a} {items} and [sells|sold|loses] {b}. How many {items} [remain|are left]?
{name} [wants|needs] {a} {items} and has {b}. How many more does {he} [need|want]?
{name} [bought|had|made] {a} {items} and [used|lost|sold] {b} of them. How many {items} are left?
{name} has {a} {items}, {other} has {b}. How many more [{items} |]does {name} have?
From {a} {items}, {b} are [taken away|lost|sold]. How many {items} [are there now|remain]?
{a} {items} were [on the wall|on a shelf|in a box] and {b} fell [down|out]. How many {items} are \
[still there|left]?
{name} [ordered|wanted] {a} {items}, but {b} [did not come|were broken]. How many {items} \
[came|are left]?
{name} [started|began|came] with {a} {items} and lost {b} [on the way|at school]. What is left?
""")

MUL = lines("""
[Find|Work out|Calculate|Give] {a} [*|times] {b}.
[What|How much] is {a} [*|times] {b}?
{a} [{boxes} of|times] {b} {items}: [how many|what is the total|how many in all]?
{name} has {a} {boxes} [with|of] {b} {items} [each|in each]. How many {items} is that [in all|]?
There are {a} {boxes} of {b} {items}. How many {items} [are there|is that|in all]?
{name} [buys|finds|fills] {a} {boxes}. Each [holds|has] {b} {items}. How many {items} is that?
Each of {a} [children|friends|people] [gets|has|brings] {b} {items}. How many {items} is that?
{name} [makes|sells|finds] {b} {items} a [day|week]. How many {items} is that in {a} \
[days|weeks]?
{a} [friends|children] [bring|have|buy] {b} {items} each. How many {items} [is that|in all]?
A [shelf|box|table] [holds|has] {b} {items}. How many {items} do {a} of them [hold|have]?
{name} fills {a} {boxes} with {b} {items} each. How many {items} [does {he} use|is that|in all]?
One [ticket|cup|book] costs {b} coins. How many coins do {a} [cost|cost together]?
{a} [tables|shelves|rooms] have {b} {items} each. How many {items} are [there|on all of them]?
{name} [reads|writes] {b} pages a [night|day]. How many pages [is that|in all] in {a} of them?
A packet has {b} {items}. {name} [opens|buys|has] {a} packets. How many {items} are [there|in them]?
""")

# By the operations of both steps.
TWO = {
    ("+", "-"): lines("""
[Find|Work out|Calculate] {a} [+|plus] {b} [-|minus] {c}.
{name} [has|owns] {a} {items}, [gets|buys|finds] {b} more and [gives away|sells|loses] {c}. How \
many {items} [are left|remain]?
{name} [finds|buys|makes] {a} {items} in the morning and {b} at noon, and [loses|sells] {c}. How \
many [remain|are left]?
There are {a} {items} in a [box|bag]. {other} [adds|brings] {b} and {name} takes {c}. How many \
are [in it|there|left]?
A shop has {a} {items}, [buys|gets|orders] {b} and [sells|loses] {c}. How many {items} does it have?
{name} had {a} {items} and {other} [gave|sent|brought] {him} {b}. Then {he} [used|lost|sold] {c}. \
How many are left?
First there were {a} {items}, then {b} [came|were added] and {c} [went|were sold]. How many \
{items} are [there now|left]?
"""),
    ("-", "+"): lines("""
[Find|Work out|Calculate] {a} [-|minus] {b} [+|plus] {c}.
{name} [has|owns] {a} {items}, [gives away|sells|loses] {b} and [gets|buys|finds] {c} more. How \
many {items} has {he} [now|then]?
From {a} {items} {name} [sells|loses] {b}, then [buys|gets|finds] {c}. How many {items} does {he} have?
There are {a} {items}. {b} are [taken away|sold|lost] and {c} are [brought|added]. How many \
{items} are [there|there now]?
A shop sells {b} of its {a} {items} and [orders|buys|gets] {c}. How many {items} does it have \
[then|now]?
{name} [lost|sold|used] {b} of {a} {items} and [found|bought|got] {c} others. How many {items} does {he} have?
{a} {items} were here, {b} were [used|sold|lost], {c} were [added|brought]. How many {items} are here now?
"""),
    ("*", "+"): lines("""
[Find|Work out|Calculate] {a} [*|times] {b} [+|plus] {c}.
{name} has {a} {boxes} [with|of] {b} {items} each and {c} {items} more. How many {items} [is that|in all]?
There are {a} {boxes} of {b} {items} and {c} [loose|single|other] {items}. How many {items} are there [in all|]?
{name} [buys|gets|finds] {a} {boxes} of {b} {items}. {He} had {c} before. How many {items} has {he} now?
{a} [children|friends] [bring|have] {b} {items} each, and {name} [brings|has] {c}. How many {items} do they have?
In {a} [days|weeks] {name} [makes|finds] {b} {items} a [day|week], then {c} more. How many {items} is that?
{a} [tables|shelves] have {b} {items} each, a [desk|box] has {c}. How many {items} are there in all?
"""),
    ("*", "-"): lines("""
[Find|Work out|Calculate] {a} [*|times] {b} [-|minus] {c}.
{name} has {a} {boxes} [with|of] {b} {items} each and [gives away|sells|loses] {c} {items}. How many are left?
There are {a} {boxes} of {b} {items}, but {c} {items} are [broken|lost|sold]. How many are [whole|left]?
{name} [buys|has|fills] {a} {boxes} of {b} {items} and [uses|loses|sells] {c} {items}. How many {items} remain?
{a} [children|friends] [bring|have] {b} {items} each, and {name} takes {c} away. How many {items} are left?
{name} [makes|finds] {b} {items} a day for {a} days and [sells|loses] {c}. How many {items} are left?
{a} [tables|shelves] have {b} {items} each, and {c} fall [down|off]. How many {items} [stay|remain]?
"""),
}
