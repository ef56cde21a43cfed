"""Words that several tasks use. Names, products and places are split; objects, colours and days are
not, since what an object is cannot be told of an unknown word."""
import random

from .grammar import HELD, is_held, side_of, words

NAMES = words("""
Ana, Ben, Carla, David, Elena, Felix, Greta, Hugo, Irene, Jonas, Karin, Leo, Marta, Nils, Olga,
Paul, Rosa, Simon, Tara, Victor, Wanda, Yusuf, Zoe, Amir, Bella, Cyrus, Dora, Emil, Fatima,
Gavin, Hanna, Ivan, Julia, Kemal, Lena, Milo, Nora, Oscar, Petra, Quentin, Rita, Samir, Tessa,
Ulrich, Vera, Walter, Xenia, Yara, Zeno, Alma, Boris, Celia, Dario, Edith, Fabio, Gwen, Henrik,
Ines, Jakob, Kira, Adam, Berta, Conrad, Diana, Erik, Flora, Georg, Helga, Ida, Jasper, Katja, Linus,
Maria, Noah, Otto, Pia, Robert, Sofia, Theo, Ursula, Viola, Willem, Anton, Britta, Carlos, Doris,
Edgar, Franka, Gustav, Hilda, Igor, Johanna, Klaus, Laura, Martin, Nadia, Oliver, Paula, Ramon, Sara,
Tobias, Ute, Vincent, Yvonne, Alina, Bruno
""")

SHE = set(words("""
Alina, Alma, Ana, Bella, Berta, Britta, Carla, Celia, Diana, Dora, Doris, Edith, Elena, Fatima,
Flora, Franka, Greta, Gwen, Hanna, Helga, Hilda, Ida, Ines, Irene, Johanna, Julia, Karin, Katja,
Kira, Laura, Lena, Maria, Marta, Nadia, Nora, Olga, Paula, Petra, Pia, Rita, Rosa, Sara, Sofia,
Tara, Tessa, Ursula, Ute, Vera, Viola, Wanda, Xenia, Yara, Yvonne, Zoe
"""))

ONSETS = words("b, d, f, g, h, j, k, l, m, n, p, r, s, t, v, w, z, br, dr, gr, kl, st, tr, sh, th")
VOWELS = words("a, e, i, o, u, ia, ea")
ENDS = words("n, r, l, s, m, k, t")


def made_name(side, rng):
    """A name of two or three syllables that nobody may have."""
    while True:
        syllables = (rng.choice(ONSETS) + rng.choice(VOWELS) for _ in range(rng.choice((2, 2, 3))))
        name = "".join(syllables).capitalize() + rng.choice(("", rng.choice(ENDS)))
        if is_held(name) == (side == HELD) and name not in NAMES:
            return name


def names(side):
    """Those of a side, and four times as many that are made."""
    known = side_of(NAMES, side)
    rng = random.Random(side)
    return known + [made_name(side, rng) for _ in known for _ in range(4)]


def people(side, rng):
    """Two of different names, each with its pronouns."""
    chosen = []
    while len(chosen) < 2:
        made = rng.random() < 0.5
        name = made_name(side, rng) if made else rng.choice(side_of(NAMES, side))
        if name not in chosen:
            chosen.append(name)
    for name in chosen:
        she = name in SHE or (name not in NAMES and rng.random() < 0.5)
        yield (name, "she", "her") if she else (name, "he", "him")


PRODUCTS = words("""
kettle, lamp, backpack, toaster, blender, jacket, headset, keyboard, tent, bicycle, sofa, camera,
heater, radio, printer, mattress, pillow, umbrella, watch, speaker, monitor, desk, chair, mixer,
drill, ladder, suitcase, wallet, raincoat, blanket, vacuum cleaner, coffee machine, rice cooker,
water bottle, phone case, frying pan, garden hose, lawn mower, hair dryer, alarm clock,
bread knife, yoga mat, desk fan, doorbell, router, tablet, scooter, helmet, mirror, shelf,
carpet, curtain, bookcase, stroller, teapot, microphone, projector, calculator, charger,
sleeping bag
""")

OBJECTS = {
    "tool": words("hammer, saw, drill, wrench, shovel, rake, "
                  "axe, screwdriver, chisel, spade, pair of pliers, file"),
    "fruit": words("apple, pear, melon, banana, lemon, peach, "
                   "orange, mango, plum, cherry, apricot, fig"),
    "vehicle": words("bicycle, car, van, scooter, truck, tractor, "
                     "motorbike, bus, tram, taxi, wagon, boat"),
    "piece of clothing": words("jacket, scarf, hat, shirt, coat, glove, "
                               "sweater, skirt, vest, sock, cap, belt"),
    "piece of furniture": words("table, chair, sofa, shelf, desk, bench, "
                                "stool, cupboard, bed, wardrobe, cabinet, crib"),
    "instrument": words("guitar, violin, drum, flute, piano, trumpet, "
                        "harp, cello, banjo, organ, clarinet, horn"),
    "toy": words("doll, kite, ball, puzzle, robot, marble, "
                 "teddy bear, spinning top, yo-yo, rocking horse, train, swing"),
    "container": words("box, basket, bag, bucket, jar, bottle, "
                       "suitcase, barrel, crate, tin, chest, sack"),
}
COLOURS = words("""
red, blue, green, yellow, black, white, brown, grey, orange, purple, pink, silver
""")
PLACES = words("""
kitchen, garden, garage, library, office, museum, station, market, school, barn, cellar, attic,
hospital, theatre, harbour, park, bakery, hotel, church, workshop, stadium, airport, factory,
castle, village hall, bookshop, playground, courtyard, town square, greenhouse, tower, forest,
bank, kiosk, cinema, stable, shed, pharmacy, gym, laundry, meadow, tunnel, canteen, chapel, court,
prison, studio, vineyard, warehouse, farm, pool, zoo, camp, temple, palace, mill, cafe, tavern
""")
DAYS = words("""
Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday
""")
