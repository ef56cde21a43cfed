"""What somebody did: one event, told in a sentence; pairs of sentences and questions about it."""
from . import event_words as told_as
from .grammar import a, capital, fill, side_of
from .lexicon import COLOURS, DAYS, NAMES, OBJECTS, PLACES

WORDS = {"col": COLOURS, "on": DAYS}


class Events:
    def __init__(self, side):
        self.names, self.places = side_of(NAMES, side), side_of(PLACES, side)
        self.objects = {kind: side_of(words, side) for kind, words in OBJECTS.items()}
        self.verbs = told_as.VERBS
        self.parts = {name: side_of(getattr(told_as, name.upper()), side) for name in
                      ("told", "true", "false", "neutral", "ask", "two", "denied")}
        self.detail = {slot: side_of(texts, side) for slot, texts in told_as.DETAIL.items()}
        self.ask_detail = {slot: side_of(texts, side) for slot, texts in told_as.ASK_DETAIL.items()}

    def words(self, slot):
        return self.places if slot == "at" else WORDS[slot]

    def another(self, slot, right, rng):
        return rng.choice([word for word in self.words(slot) if word != right])

    def event(self, rng):
        """Slots of an event; a detail that it does not tell is absent from `told`."""
        kind, other_kind = rng.sample(list(self.objects), 2)
        obj, (who, other) = rng.choice(self.objects[kind]), rng.sample(self.names, 2)
        other_obj = rng.choice(self.objects[other_kind])
        verb, verb2 = rng.sample(self.verbs, 2)
        told = {slot: rng.choice(self.words(slot)) for slot in ("col", "on", "at")
                if rng.random() < 0.6}
        col = told.get("col", "")
        slots = dict(who=who, other=other, past=verb[0], base=verb[1], pp=verb[2], past2=verb2[0],
                     obj=obj, a_obj=a(obj), A_obj=capital(a(obj)), a_kind=a(kind),
                     a_other=a(other_obj), n=str(rng.randint(2, 9)),
                     a_col_obj=a(f"{col} {obj}".strip()),
                     on=f" on {told['on']}" if "on" in told else "",
                     at=f" in the {told['at']}" if "at" in told else "")
        slots |= {"A_col_obj": capital(slots["a_col_obj"]), "On": "", "At": ""}
        return slots, told

    def tell(self, slots, told, rng):
        """The event in a sentence that tells all of `told`."""
        fits = [t for t in self.parts["told"]
                if ("{On}" not in t or "on" in told) and ("{At}" not in t or "at" in told)]
        template = rng.choice(fits or self.parts["told"])
        opening = {"On": f"On {told['on']}" if "on" in told else "",
                   "At": f"In the {told['at']}" if "at" in told else ""}
        text = fill(template, slots | opening, rng)
        return capital(text)

    def about(self, templates, slots, x, rng):
        extra = {"x": x, "a_x_obj": a(f"{x} {slots['obj']}")}
        return capital(fill(rng.choice(templates), slots | extra, rng))

    def pair(self, rng):
        slots, told = self.event(rng)
        premise = self.tell(slots, told, rng)
        answer = rng.choice(("true", "false", "neutral"))
        slot = rng.choice(("col", "on", "at"))
        if rng.random() < 0.5 and (slot in told) == (answer != "neutral"):
            right = told.get(slot)
            x = right if answer == "true" else self.another(slot, right, rng)
            claim = self.about(self.detail[slot], slots, x, rng)
        else:
            claim = capital(fill(rng.choice(self.parts[answer]), slots, rng))
        return {"premise": premise, "claim": claim, "answer": answer}

    def fact(self, rng):
        slots, told = self.event(rng)
        draw, yes = rng.random(), rng.random() < 0.5
        if draw < 0.55 and told:
            slot = rng.choice(list(told))
            x = told[slot] if yes else self.another(slot, told[slot], rng)
            text = self.tell(slots, told, rng)
            ask = self.about(self.ask_detail[slot], slots, x, rng)
        elif draw < 0.7:
            text, yes = capital(fill(rng.choice(self.parts["denied"]), slots, rng)), False
            ask = fill(rng.choice(self.parts["ask"]), slots, rng)
        elif draw < 0.85:
            text = capital(fill(rng.choice(self.parts["two"]), slots, rng))
            ask = self.asked(slots, yes, rng)
        else:
            text, ask = self.tell(slots, told, rng), self.asked(slots, yes, rng)
        return {"text": text, "question": ask, "answer": "yes" if yes else "no"}

    def asked(self, slots, yes, rng):
        """Who did it; where the answer is no, somebody else is asked about."""
        asked = slots if yes else slots | {"who": slots["other"]}
        return fill(rng.choice(self.parts["ask"]), asked, rng)
