"""What somebody did: one event, told in a sentence; pairs of sentences and questions about it."""
from . import event_words as told_as
from .arithmetic_words import ITEMS
from .grammar import HELD, TRAIN, a, capital, expand, fill, is_held, side_of
from .lexicon import COLOURS, DAYS, OBJECTS, PLACES, PRODUCTS, people

WORDS = {"col": COLOURS, "on": DAYS}
OFTEN = {"on": 2, "col": 2, "at": 3}  # how often a detail is asked about
# Some places of rows for training are none: a place is to be known by where it stands.
ODD_PLACES, ODD = [word for word in [*ITEMS, *PRODUCTS] if " " not in word], 0.25
CLAIMS = {"true": told_as.TRUE, "false": told_as.FALSE, "neutral": told_as.NEUTRAL}


class Events:
    def __init__(self, side):
        self.side, self.places = side, side_of(PLACES, side)

    def words(self, slot):
        return self.places if slot == "at" else WORDS[slot]

    def detail_of(self, slots, rng):
        """One of the slots of details."""
        return rng.choices(slots, [OFTEN[slot] for slot in slots])[0]

    def place(self, rng):
        odd = self.side == TRAIN and rng.random() < ODD
        return rng.choice(ODD_PLACES if odd else self.places)

    def another(self, slot, right, rng):
        return rng.choice([word for word in self.words(slot) if word != right])

    def event(self, rng):
        """Slots of an event; a detail that it does not tell is absent from `told`."""
        kind, other_kind = rng.sample(list(OBJECTS), 2)
        obj, other_obj = rng.choice(OBJECTS[kind]), rng.choice(OBJECTS[other_kind])
        (who, *_), (other, *_) = people(self.side, rng)
        verb, verb2 = rng.sample(told_as.VERBS, 2)
        told = {slot: self.place(rng) if slot == "at" else rng.choice(self.words(slot))
                for slot in ("col", "on", "at") if rng.random() < 0.6}
        col = told.get("col", "")
        slots = dict(who=who, other=other, past=verb[0], base=verb[1], pp=verb[2], past2=verb2[0],
                     obj=obj, a_obj=a(obj), A_obj=capital(a(obj)), a_kind=a(kind),
                     a_other=a(other_obj), n=str(rng.randint(2, 9)),
                     a_col_obj=a(f"{col} {obj}".strip()),
                     on=f" on {told['on']}" if "on" in told else "",
                     at=f" in the {told['at']}" if "at" in told else "")
        slots |= {"A_col_obj": capital(slots["a_col_obj"]), "On": "", "At": ""}
        return slots, told

    def tell(self, told, rng):
        """How an event is told with all of `told`."""
        fits = [t for t in told_as.TOLD
                if ("{On}" not in t or "on" in told) and ("{At}" not in t or "at" in told)]
        opening = {"On": f"On {told['on']}" if "on" in told else "",
                   "At": f"In the {told['at']}" if "at" in told else ""}
        return rng.choice(fits), opening

    def detailed(self, slot, slots, told, right, rng):
        """The slots of what is said about a detail, rightly or not."""
        x = told[slot] if right else self.another(slot, told.get(slot), rng)
        return slots | {"x": x, "a_x_obj": a(f"{x} {slots['obj']}")}

    def drawn(self, draw, rng):
        """What `draw` makes: two sentences, each with its slots, and an answer; where how they are
        worded is, as a pair, of this side."""
        while True:
            (first, first_slots), (second, second_slots), answer = draw(rng)
            first, second = expand(first, rng), expand(second, rng)
            if is_held(f"{first} {second}") == (self.side == HELD):
                return (capital(fill(first, first_slots, rng)),
                        capital(fill(second, second_slots, rng)), answer)

    def draw_pair(self, rng):
        slots, told = self.event(rng)
        telling, opening = self.tell(told, rng)
        answer = rng.choice(("true", "false", "neutral"))
        slot = self.detail_of(list(OFTEN), rng)
        claim = rng.choice(CLAIMS[answer]), slots
        if rng.random() < 0.5 and (slot in told) == (answer != "neutral"):
            claim = (rng.choice(told_as.DETAIL[slot]),
                     self.detailed(slot, slots, told, answer == "true", rng))
        return (telling, slots | opening), claim, answer

    def draw_fact(self, rng):
        slots, told = self.event(rng)
        telling, opening = self.tell(told, rng)
        text, yes, kind = (telling, slots | opening), rng.random() < 0.53, rng.random()
        if kind < 0.5 and told:
            slot = self.detail_of(list(told), rng)
            ask = (rng.choice(told_as.ASK_DETAIL[slot]),
                   self.detailed(slot, slots, told, yes, rng))
            return text, ask, yes
        if kind < 0.56:
            return (rng.choice(told_as.DENIED), slots), (rng.choice(told_as.ASK), slots), False
        if kind < 0.66:
            text = rng.choice(told_as.TWO), slots
        asked = slots if yes else slots | {"who": slots["other"]}
        return text, (rng.choice(told_as.ASK), asked), yes

    def draw_detail(self, rng):
        slots, told = self.event(rng)
        telling, opening = self.tell(told, rng)
        known = told | {"who": slots["who"], "obj": slots["obj"]}
        slot = rng.choice(list(known))
        return ((telling, slots | opening), (rng.choice(told_as.ASK_FOR[slot]), slots),
                known[slot])

    def detail(self, rng):
        text, ask, answer = self.drawn(self.draw_detail, rng)
        return {"text": text, "question": ask, "answer": answer}

    def pair(self, rng):
        premise, claim, answer = self.drawn(self.draw_pair, rng)
        return {"premise": premise, "claim": claim, "answer": answer}

    def fact(self, rng):
        text, ask, yes = self.drawn(self.draw_fact, rng)
        return {"text": text, "question": ask, "answer": "yes" if yes else "no"}
