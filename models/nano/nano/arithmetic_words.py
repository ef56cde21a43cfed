"""Word problems by operation. Every list is split."""
from .grammar import lines, words

ITEMS = words("""
apples, books, stamps, marbles, coins, cards, shells, pencils, stickers, eggs, buttons, photos,
tickets, candles, flowers, cookies, stones, balloons, bottles, plates, keys, badges, beads,
ribbons, letters, chairs, plums, pens, cups, toys
""")

BOXES = words("""
boxes, bags, baskets, crates, jars, trays, packets, drawers, shelves, rows, sacks, cartons
""")

ADD = lines("""
{name} has {a} {items}. {He} [buys|gets|finds] {b} more. How many {items} does {he} have now?
There are {a} {items} on the table. {name} puts {b} more there. How many {items} are on the table?
{name} has {a} {items} and {other} has {b}. How many {items} do they have together?
{name} collects {a} {items} on Monday and {b} on Tuesday. How many {items} is that in all?
A shop sells {a} {items} in the morning and {b} in the afternoon. How many {items} does it sell?
{name} counts {a} {items} in one room and {b} in another. How many {items} are there?
{other} gives {name} {b} {items}. {name} had {a} before. How many {items} does {name} have?
In a bag are {a} red and {b} blue {items}. How many {items} are in the bag?
{name} had {a} {items} and won {b} in a game. How many {items} has {he} now?
{a} {items} are here and {b} are there. How many {items} are there altogether?
{name} needs {a} {items} for school and {b} for home. How many {items} does {he} need?
{name} brought {a} {items}, {other} brought {b}. What is the total?
""")

SUB = lines("""
{name} has {a} {items}. {He} [gives away|loses|sells] {b}. How many {items} are left?
There are {a} {items} in a box. {name} takes {b} out. How many {items} stay in the box?
{name} had {a} {items} and gave {b} to {other}. How many {items} does {he} have left?
Of {a} {items}, {b} are broken. How many {items} are whole?
A shop has {a} {items} and sells {b}. How many {items} remain?
{name} wants {a} {items} and has {b}. How many more does {he} need?
{name} bought {a} {items} and used {b} of them. How many {items} are left?
{name} has {a} {items}, {other} has {b}. How many more {items} does {name} have?
From {a} {items}, {b} are taken away. How many {items} are there now?
{a} {items} were on the wall and {b} fell down. How many {items} hang there still?
{name} ordered {a} {items}, but {b} did not come. How many {items} came?
{name} started with {a} {items} and lost {b} on the way. What is left?
""")

MUL = lines("""
{name} has {a} {boxes} with {b} {items} in each. How many {items} is that?
There are {a} {boxes} of {b} {items}. How many {items} are there?
{name} buys {a} {boxes}. Each holds {b} {items}. How many {items} does {he} buy?
Each of {a} children gets {b} {items}. How many {items} are given out?
{name} makes {b} {items} a day. How many {items} does {he} make in {a} days?
{a} friends bring {b} {items} each. How many {items} do they bring?
A shelf holds {b} {items}. How many {items} do {a} shelves hold?
{name} fills {a} {boxes} with {b} {items} each. How many {items} does {he} use?
One ticket costs {b} coins. How many coins do {a} tickets cost?
{a} tables have {b} {items} each. How many {items} are on all the tables?
{name} reads {b} pages a night. How many pages does {he} read in {a} nights?
A packet has {b} {items}. {name} opens {a} packets. How many {items} are there?
""")

# By the operations of both steps.
TWO = {
    ("+", "-"): lines("""
{name} has {a} {items}, gets {b} more and gives away {c}. How many {items} are left?
{name} finds {a} {items} in the morning and {b} at noon, and loses {c}. How many remain?
There are {a} {items} in a box. {other} adds {b} and {name} takes {c}. How many are in the box?
A shop has {a} {items}, buys {b} and sells {c}. How many {items} does it have?
{name} had {a} {items} and {other} gave {him} {b}. Then {he} used {c}. How many are left?
First there were {a} {items}, then {b} came and {c} went. How many {items} are there now?
"""),
    ("-", "+"): lines("""
{name} has {a} {items}, gives away {b} and gets {c} more. How many {items} has {he} now?
From {a} {items} {name} sells {b}, then buys {c}. How many {items} does {he} have?
There are {a} {items}. {b} are taken away and {c} are brought. How many {items} are there?
A shop sells {b} of its {a} {items} and orders {c}. How many {items} does it have then?
{name} lost {b} of {a} {items} and found {c} others. How many {items} does {he} have?
{a} {items} were here, {b} were used, {c} were added. How many {items} are here now?
"""),
    ("*", "+"): lines("""
{name} has {a} {boxes} with {b} {items} each and {c} {items} more. How many {items} is that?
There are {a} {boxes} of {b} {items} and {c} loose {items}. How many {items} are there?
{name} buys {a} {boxes} of {b} {items}. {He} had {c} before. How many {items} has {he} now?
{a} children bring {b} {items} each, and {name} brings {c}. How many {items} do they have?
In {a} days {name} makes {b} {items} a day, then {c} more. How many {items} does {he} make?
{a} tables have {b} {items} each, a desk has {c}. How many {items} are there in all?
"""),
    ("*", "-"): lines("""
{name} has {a} {boxes} with {b} {items} each and gives away {c} {items}. How many are left?
There are {a} {boxes} of {b} {items}, but {c} {items} are broken. How many are whole?
{name} buys {a} {boxes} of {b} {items} and uses {c} {items}. How many {items} remain?
{a} children bring {b} {items} each, and {name} takes {c} away. How many {items} are left?
{name} makes {b} {items} a day for {a} days and sells {c}. How many {items} are left?
{a} tables have {b} {items} each, and {c} fall down. How many {items} stay?
"""),
}
