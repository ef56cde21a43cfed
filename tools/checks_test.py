#!/usr/bin/env python3
"""Shows that check_layers.py and check_style.py refuse what they must, and nothing else."""
import tempfile
import unittest
from pathlib import Path

import check_layers
import check_security
import check_style

TREE = {
    "src/low/CMakeLists.txt": "sheaf_layer(NAME low LIBRARIES a SOLE_USER_OF vendor one.h)",
    "src/mid/CMakeLists.txt": "sheaf_layer(NAME mid\n  DEPENDS low)  # high",
    "src/high/CMakeLists.txt": "sheaf_layer(NAME high DEPENDS mid)",
    "apps/tool/CMakeLists.txt": "sheaf_app(NAME tool OUTPUT tool SOLE_USER_OF flags.h)",
    "include/sheaf/public.hpp": "#include <vector>\n#include <sheaf/error.hpp>\n",
    "src/low/low.cpp":
        '#include "low/low.hpp"\n#include <vendor/x.h>\n#include <sheaf/public.hpp>\n',
    "src/mid/mid.cpp": '#include "low/low.hpp"\n#include <other.h>\n// #include "high/high.hpp"\n',
    "apps/tool/main.cpp":
        '#include <sheaf/public.hpp>\n#include "command.hpp"\n#include <flags.h>\n',
    "examples/one.cpp": "#include <sheaf/public.hpp>\n#include <iostream>\n",
}


def with_tree(check, changes):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        for path, text in {**TREE, **changes}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        return check(root)


class Security(unittest.TestCase):
    def refusals(self, tests):
        return with_tree(lambda root: list(check_security.check(root)), {
            "SECURITY.md": f"| threat | done | test |\n| --- | --- | --- |\n| a | b | {tests} |\n",
            "tests/a_test.cpp": "TEST(Suite, Name) {\n}\n"})

    def test_accepts_a_test_that_is_there(self):
        self.assertEqual(self.refusals("`Suite.Name` in `tests/a_test.cpp`"), [])

    def test_refuses_a_test_that_is_not_there(self):
        self.assertEqual(len(self.refusals("`Suite.Other` in `tests/a_test.cpp`")), 1)
        self.assertEqual(len(self.refusals("`Suite.Name` in `tests/b_test.cpp`")), 1)

    def test_refuses_a_threat_without_a_test(self):
        self.assertEqual(len(self.refusals("none")), 1)
        self.assertEqual(len(self.refusals("`Suite.Name`")), 1)


class Layers(unittest.TestCase):
    def refusals(self, path, text):
        return with_tree(lambda root: check_layers.Checker(root).run(), {path: text})

    def assert_refused(self, path, text):
        refusals = self.refusals(path, text)
        self.assertEqual(len(refusals), 1, refusals)
        self.assertTrue(refusals[0].startswith(path + ":1: "), refusals)

    def test_accepts_what_the_table_allows(self):
        self.assertEqual(self.refusals("src/high/high.hpp", '#include "mid/mid.hpp"\n'), [])

    def test_refuses_a_layer_above(self):
        self.assert_refused("src/low/up.hpp", '#include "mid/mid.hpp"\n')

    def test_refuses_a_layer_reached_only_through_another(self):
        self.assert_refused("src/high/far.cpp", '#include "low/low.hpp"\n')

    def test_refuses_a_layer_in_angle_brackets(self):
        self.assert_refused("src/high/angle.cpp", "#include <low/low.hpp>\n")

    def test_a_folder_inside_a_third_party_folder_has_its_own_user(self):
        table = "sheaf_layer(NAME low SOLE_USER_OF vendor/one one.h)"
        for path, refused in (("vendor/one/x.h", 1), ("vendor/one.h", 0), ("vendor/other/x.h", 0)):
            refusals = with_tree(lambda root: check_layers.Checker(root).run(), {
                "src/low/CMakeLists.txt": table, "src/low/low.cpp": "",
                "src/mid/vendor.cpp": f"#include <{path}>\n"})
            self.assertEqual(len(refusals), refused, (path, refusals))

    def test_refuses_a_third_party_header_of_another_layer(self):
        self.assert_refused("src/mid/vendor.cpp", "#include <vendor/deep/x.h>\n")
        self.assert_refused("src/mid/one.cpp", "#  include <one.h>\n")
        self.assert_refused("apps/tool/one.cpp", "#include <one.h>\n")
        self.assert_refused("src/low/flags.cpp", "#include <flags.h>\n")

    def test_a_third_party_header_may_have_two_users(self):
        for path, refused in (("src/low/x.cpp", 0), ("src/mid/x.cpp", 0), ("src/high/x.cpp", 1)):
            refusals = with_tree(lambda root: check_layers.Checker(root).run(), {
                "src/mid/CMakeLists.txt": "sheaf_layer(NAME mid DEPENDS low SOLE_USER_OF vendor)",
                path: "#include <vendor/x.h>\n"})
            self.assertEqual(len(refusals), refused, (path, refusals))

    def test_refuses_an_include_without_its_layer(self):
        self.assert_refused("src/low/near.cpp", '#include "low.hpp"\n')
        self.assert_refused("src/low/out.cpp", '#include "../mid/mid.hpp"\n')

    def test_refuses_a_public_header_that_needs_more_than_the_standard_library(self):
        self.assert_refused("include/sheaf/bad.hpp", "#include <vendor/x.h>\n")
        self.assert_refused("include/sheaf/bad.hpp", '#include "low/low.hpp"\n')
        self.assert_refused("include/sheaf/bad.hpp", "#include <one.h>\n")

    def test_refuses_an_application_or_an_example_that_reaches_inside(self):
        self.assert_refused("apps/tool/inside.cpp", '#include "low/low.hpp"\n')
        self.assert_refused("apps/tool/inside.cpp", '#include "../../src/low/low.hpp"\n')
        self.assert_refused("examples/inside.cpp", '#include "low/low.hpp"\n')

    def test_refuses_a_folder_without_a_call(self):
        self.assert_refused("src/stray/stray.cpp", "\n")

    def test_refuses_an_unknown_layer_in_the_table(self):
        self.assert_refused("src/high/CMakeLists.txt", "sheaf_layer(NAME high DEPENDS gone)")


class Style(unittest.TestCase):
    def refusals(self, path, text):
        return with_tree(check_style.check, {path: text})

    def test_accepts_the_limits_themselves(self):
        self.assertEqual(self.refusals("src/low/a.cpp", "\n" * 400), [])
        self.assertEqual(self.refusals("src/low/a.cpp", "é" * 100), [])
        self.assertEqual(self.refusals("src/low/a.cpp", "// long-file: a table\n" + "\n" * 400), [])

    def test_refuses_long_files_and_long_lines(self):
        self.assertEqual(len(self.refusals("src/low/a.cpp", "\n" * 401)), 1)
        self.assertEqual(len(self.refusals("src/low/a.cpp", "// long-file:\n" + "\n" * 400)), 1)
        self.assertEqual(len(self.refusals("tests/unit/low/a_test.cpp", "x" * 101)), 1)

    def test_refuses_marks_of_unfinished_work(self):
        self.assertEqual(len(self.refusals("src/low/a.cpp", "// TO" "DO: later")), 1)
        self.assertEqual(len(self.refusals("apps/tool/a.cpp", "// FIX" "ME")), 1)

    def test_refuses_a_source_that_includes_its_header_behind_another(self):
        def refusals(source):
            tree = {"src/low/a.hpp": "", "src/low/a.cpp": source}
            return with_tree(check_style.check, tree)

        self.assertEqual(refusals('#include "low/a.hpp"\n#include <vector>\n'), [])
        self.assertEqual(len(refusals('#include <vector>\n#include "low/a.hpp"\n')), 1)
        self.assertEqual(len(refusals("")), 1)

    def test_refuses_names_that_say_nothing(self):
        for name in ("utils", "string_utils", "common", "helpers", "run_manager"):
            self.assertEqual(len(self.refusals(f"src/low/{name}.hpp", "")), 1, name)
        self.assertEqual(self.refusals("src/low/uncommon.hpp", ""), [])


if __name__ == "__main__":
    unittest.main()
