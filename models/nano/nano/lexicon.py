"""Words that several tasks use. Names, products, objects and places are split; colours and days are
not."""
from .grammar import words

NAMES = words("""
Ana, Ben, Carla, David, Elena, Felix, Greta, Hugo, Irene, Jonas, Karin, Leo, Marta, Nils, Olga,
Paul, Rosa, Simon, Tara, Victor, Wanda, Yusuf, Zoe, Amir, Bella, Cyrus, Dora, Emil, Fatima,
Gavin, Hanna, Ivan, Julia, Kemal, Lena, Milo, Nora, Oscar, Petra, Quentin, Rita, Samir, Tessa,
Ulrich, Vera, Walter, Xenia, Yara, Zeno, Alma, Boris, Celia, Dario, Edith, Fabio, Gwen, Henrik,
Ines, Jakob, Kira
""")

SHE = set(words("""
Alma, Ana, Bella, Carla, Celia, Dora, Edith, Elena, Fatima, Greta, Gwen, Hanna, Ines, Irene,
Julia, Karin, Kira, Lena, Marta, Nora, Olga, Petra, Rita, Rosa, Tara, Tessa, Vera, Wanda, Xenia,
Yara, Zoe
"""))

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
castle, village hall, bookshop, playground, courtyard, town square, greenhouse
""")
DAYS = words("""
Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday
""")
