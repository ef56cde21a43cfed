#!/usr/bin/env python3
"""Shows that held-out rows share no wording, name, noun or pair of numbers with rows for training, and
that what rows say of their answers is true."""
import json
import random
import re
import unittest
from unittest import mock

from nano import arithmetic_words, lexicon, review_words, support_words
from nano.arithmetic import held_numbers
from nano.echo import KNOWN
from nano.events import Events
from nano.exemplars import COUNT, HELD_COUNT, NANO, kept
from nano.grammar import HELD, TRAIN, expand, side_of, worded
from nano.reviews import Reviews
from nano.rows import make, makers

ROWS = {(task, side): make(task, side, 300) for task in makers(TRAIN) for side in (TRAIN, HELD)}


SPLIT = [arithmetic_words.ITEMS, arithmetic_words.BOXES, lexicon.NAMES, lexicon.PLACES,
         lexicon.PRODUCTS, review_words.PARTS, support_words.ACTIONS, support_words.THINGS]
WORDED = [arithmetic_words.ADD, arithmetic_words.SUB, arithmetic_words.MUL,
          *arithmetic_words.TWO.values(), *review_words.VERBS.values(), support_words.ACCOUNT,
          support_words.ASKS, support_words.BILLING, support_words.FAULTS]


def words_of(rows):
    return {word for row in rows for text in row.values() for word in re.findall(r"[A-Za-z]+", text)}


class Split(unittest.TestCase):
    def test_every_list_of_words_has_both_sides_and_nothing_twice(self):
        for items in SPLIT:
            with self.subTest(items[0]):
                self.assertEqual(len(items), len(set(items)))
                self.assertFalse(set(side_of(items, TRAIN)) & set(side_of(items, HELD)))
                self.assertEqual(len(side_of(items, TRAIN)) + len(side_of(items, HELD)), len(items))

    def test_no_wording_is_on_both_sides_and_most_templates_are_on_both(self):
        for templates in WORDED:
            with self.subTest(templates[0]):
                rng = random.Random(1)
                train, held = ({worded(templates, side, rng) for _ in range(4000)}
                               for side in (TRAIN, HELD))
                self.assertFalse(train & held)
                shapes = [[t for t in templates if {expand(t, rng) for _ in range(200)} & seen]
                          for seen in (train, held)]
                self.assertEqual(len(shapes[0]), len(templates))
                self.assertGreater(len(shapes[1]), 0.3 * len(templates))

    def test_no_frame_has_its_predicate_on_both_sides(self):
        rng = random.Random(1)
        framed = {side: {Reviews(side).framed(level, rng) for level in range(-2, 3)
                         for _ in range(300)} for side in (TRAIN, HELD)}
        self.assertFalse(framed[TRAIN] & framed[HELD])

    def test_no_pair_of_sentences_is_worded_alike_on_both_sides(self):
        with mock.patch("nano.events.fill", lambda wording, *_: wording):
            for name in ("pair", "fact", "detail"):
                rng = random.Random(1)
                train, held = ({tuple(getattr(Events(side), name)(rng).values())[:2]
                                for _ in range(2000)} for side in (TRAIN, HELD))
                self.assertFalse(train & held)
                self.assertFalse({one for one, _ in held} - {one for one, _ in train})

    def test_names_are_of_one_side_only(self):
        for side, other in ((TRAIN, HELD), (HELD, TRAIN)):
            foreign = set(side_of(lexicon.NAMES, other))
            for task in set(makers(TRAIN)) - {"echo", "same"}:
                with self.subTest(task=task, side=side):
                    self.assertFalse(words_of(ROWS[task, side]) & foreign)

    def test_no_row_is_on_both_sides(self):
        for task in makers(TRAIN):
            train, held = ({json.dumps(row) for row in ROWS[task, side]} for side in (TRAIN, HELD))
            self.assertFalse(train & held, task)

    def test_pairs_of_numbers_are_of_one_side_only(self):
        for task in ("arithmetic", "arithmetic-direct"):
            for side in (TRAIN, HELD):
                for row in ROWS[task, side]:
                    for step in row["reasoning"].split(". "):
                        asked, *easier = re.findall(r"(\d+) [-+*] (\d+)", step)
                        self.assertEqual(held_numbers(*map(int, asked)), side == HELD, row)
                        for pair in easier if side == TRAIN else []:
                            self.assertFalse(held_numbers(*map(int, pair)), row)


    def test_places_that_are_none_are_in_rows_for_training_alone(self):
        rng = random.Random(1)
        train, held = ({told["at"] for _, told in (Events(side).event(rng) for _ in range(500))
                        if "at" in told} for side in (TRAIN, HELD))
        self.assertTrue(train - set(lexicon.PLACES))
        self.assertFalse(held - set(side_of(lexicon.PLACES, HELD)))


class Words(unittest.TestCase):
    def test_each_that_is_copied_or_compared_is_one_token(self):
        entries = json.loads((NANO / "tokenizer.json").read_text())["model"]["vocab"]
        words = {word for words in KNOWN for word in words.split() if word.isalpha()}
        self.assertFalse({word for word in words if f"\u0120{word}" not in entries})


class Rows(unittest.TestCase):
    def test_the_same_rows_every_time(self):
        self.assertEqual(make("facts", TRAIN, 50), ROWS["facts", TRAIN][:50])

    def test_no_slot_is_left_open(self):
        for key, rows in ROWS.items():
            for row in rows:
                self.assertFalse(re.search(r"[{}|]|\[|\]|  ", "".join(row.values())), (key, row))

    def test_steps_are_right_and_lead_to_the_answer(self):
        for side in (TRAIN, HELD):
            for row in ROWS["arithmetic", side] + ROWS["arithmetic-direct", side]:
                for step in row["reasoning"].removesuffix(".").split(". "):
                    values = {eval(side) for side in step.split(" = ")}
                    self.assertEqual(len(values), 1, row)
                self.assertEqual(str(values.pop()), row["answer"])

    def test_calculations_are_right_and_of_one_side_only(self):
        for side in (TRAIN, HELD):
            for row in ROWS["calculations", side]:
                numbers = (int(number) % 100 for number in re.findall(r"\d+", row["text"]))
                self.assertEqual(held_numbers(*numbers), side == HELD, row)
                self.assertEqual(str(eval(row["text"])), row["answer"])

    def test_answers_come_about_equally_often(self):
        for task in ("reviews-two", "reviews-five", "support", "entailment", "facts"):
            answers = [row["answer"] for row in ROWS[task, TRAIN]]
            even = len(answers) / len(set(answers))
            for answer in set(answers):
                self.assertGreater(answers.count(answer), 0.6 * even, (task, answer))

    def test_the_files_that_are_kept_are_what_the_generators_make(self):
        for path, rows in kept().items():
            with self.subTest(path.name):
                kept_rows = path.read_text().splitlines()
                self.assertEqual([json.loads(line) for line in kept_rows], rows)
                held = path.parent.name == "held-out"
                self.assertGreater(len(rows), 0.9 * HELD_COUNT if held else COUNT - 1)


if __name__ == "__main__":
    unittest.main()
