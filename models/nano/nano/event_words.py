"""How an event is told, claimed and asked about. Split are pairs: of how it is told, and what is said
or asked then."""
from .grammar import lines

# Past, base form, participle.
VERBS = [tuple(line.split()) for line in lines("""
bought buy bought
found find found
sold sell sold
cleaned clean cleaned
painted paint painted
hid hide hidden
repaired repair repaired
borrowed borrow borrowed
lost lose lost
photographed photograph photographed
moved move moved
stole steal stolen
measured measure measured
carried carry carried
admired admire admired
wrapped wrap wrapped
broke break broken
drew draw drawn
""")]

TOLD = lines("""
{who} {past} {a_col_obj}{at}{on}.
{On} {who} {past} {a_col_obj}{at}.
{At} {who} {past} {a_col_obj}{on}.
{A_col_obj} was {pp} by {who}{at}{on}.
It was {who} who {past} {a_col_obj}{at}{on}.
{who} says: I {past} {a_col_obj}{at}{on}.
As planned, {who} {past} {a_col_obj}{at}{on}.
We saw that {who} {past} {a_col_obj}{at}{on}.
{On} {a_col_obj} was {pp} by {who}{at}.
{who}, who lives nearby, {past} {a_col_obj}{at}{on}.
Everybody knows that {who} {past} {a_col_obj}{at}{on}.
{At} {a_col_obj} was {pp} by {who}{on}.
""")

TRUE = lines("""
{who} {past} {a_obj}.
{A_obj} was {pp} by {who}.
Somebody {past} {a_obj}.
{who} {past} {a_kind}.
It was {who} who {past} {a_obj}.
What {who} {past} was {a_obj}.
It is true that {who} {past} {a_obj}.
{who} {past} something.
{A_obj} was {pp}.
There was {a_obj} that {who} {past}.
{who} did {base} {a_obj}.
The one who {past} {a_obj} was {who}.
""")

FALSE = lines("""
{who} did not {base} {a_obj}.
{who} never {past} {a_obj}.
Nobody {past} {a_obj}.
It was {other}, not {who}, who {past} the {obj}.
{A_obj} was not {pp} by {who}.
{who} certainly did not {base} {a_obj}.
It is not true that {who} {past} {a_obj}.
The {obj} was {pp} by {other} and not by {who}.
{who} didn't {base} {a_obj}.
{who} did not {base} {a_kind}.
It is false that {who} {past} {a_obj}.
{who} has not {pp} {a_obj}.
""")

NEUTRAL = lines("""
{who} {past} {a_obj} for a friend.
The {obj} was expensive.
{who} is a teacher.
{other} helped {who}.
{who} will {base} another {obj} soon.
The {obj} was very old.
{who} has {n} children.
{other} liked the {obj}.
{who} was happy about it.
The {obj} belonged to {other}.
It was raining.
{other} did not know about it.
{who} paid {n} coins.
{who} has always wanted {a_obj}.
The {obj} was heavy.
{who} and {other} are friends.
{other} {past} {a_other}.
{who} was very tired.
""")

# Claims about a detail {x}: colour, day, place.
DETAIL = {
    "col": lines("""
The {obj} was {x}.
{who} {past} {a_x_obj}.
It was {a_x_obj}.
The colour of the {obj} was {x}.
{who} {past} the {obj}, which was {x}.
A {obj} of {x} colour was {pp}.
"""),
    "on": lines("""
It happened on {x}.
{who} {past} the {obj} on {x}.
That was on {x}.
On {x}, {who} {past} {a_obj}.
The day was a {x}.
The {obj} was {pp} on {x}.
"""),
    "at": lines("""
It happened in the {x}.
{who} was in the {x}.
{who} {past} the {obj} in the {x}.
That was in the {x}.
In the {x}, {who} {past} {a_obj}.
The {obj} was {pp} in the {x}.
"""),
}

ASK = lines("""
Did {who} {base} {a_obj}?
Was {a_obj} {pp} by {who}?
Was it {who} who {past} {a_obj}?
Is it true that {who} {past} {a_obj}?
Did {who} {base} {a_kind}?
Has {who} {pp} {a_obj}?
""")

ASK_DETAIL = {
    "col": lines("""
Was the {obj} {x}?
Was it {a_x_obj}?
Did {who} {base} {a_x_obj}?
Was the colour of the {obj} {x}?
Is the {obj} {x}?
Was the {obj} that {who} {past} {x}?
"""),
    "on": lines("""
Did it happen on {x}?
Was it on {x}?
Did {who} {base} the {obj} on {x}?
Was the {obj} {pp} on {x}?
Is {x} the day on which it happened?
Was {x} the day?
"""),
    "at": lines("""
Did it happen in the {x}?
Was {who} in the {x}?
Was it in the {x}?
Did {who} {base} the {obj} in the {x}?
Was the {obj} {pp} in the {x}?
Is the {x} the place where it happened?
"""),
}

# Questions for a detail itself, or for who and what.
ASK_FOR = {
    "col": lines("""
What colour was the {obj}?
[What|Which] colour did [it|the {obj}] have?
Of which colour was the {obj}?
"""),
    "on": lines("""
On which day [did it happen|was that|was it]?
Which day was it?
When did {who} {base} the {obj}?
"""),
    "at": lines("""
Where [did it happen|was that|was it]?
Where was {who}?
Where did {who} {base} the {obj}?
"""),
    "who": lines("""
Who {past} the {obj}?
[By whom|Who] was it?
Who was it that {past} {a_obj}?
"""),
    "obj": lines("""
What did {who} {base}?
What was {pp} [by {who}|there]?
[What|Which thing] was it?
"""),
}

TWO = lines("""
{who} {past} {a_obj} and {other} {past2} {a_other}.
While {who} {past} {a_obj}, {other} {past2} {a_other}.
{who} {past} {a_obj}, but {other} {past2} {a_other}.
First {who} {past} {a_obj}, then {other} {past2} {a_other}.
{other} {past2} {a_other} after {who} {past} {a_obj}.
{who} {past} {a_obj}; {other} {past2} {a_other}.
""")

DENIED = lines("""
{who} did not {base} {a_obj}.
{who} wanted to {base} {a_obj}, but did not.
{who} {past} {a_other}, not {a_obj}.
{who} never {past} {a_obj}.
Instead of {a_obj}, {who} {past} {a_other}.
{who} {past} {a_other} in place of {a_obj}.
""")
