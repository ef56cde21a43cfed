#!/usr/bin/env python3
"""Refuses an include that the layer table does not allow.

The table is the sheaf_layer() and sheaf_app() calls in src/*/CMakeLists.txt and
apps/*/CMakeLists.txt (cmake/Layers.cmake explains them). The rules:
  src/<layer>    its own headers, those of the layers it DEPENDS on, <sheaf/...>, and third-party
                 headers that it is a SOLE_USER_OF, or nobody is
  include/sheaf  standard headers and <sheaf/...>
  apps/<app>     its own headers, <sheaf/...>, third-party headers as above; nothing of src/
  examples       standard headers and <sheaf/...>
"""
import re
import sys
from pathlib import Path

CALL = re.compile(r"\bsheaf_(?:layer|app)\(([^)]*)\)")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
STANDARD = re.compile(r"[a-z0-9_]+")
WORDS = {"NAME", "DEPENDS", "LIBRARIES", "SOLE_USER_OF", "OUTPUT"}


def folders(root):
    return [f for top in ("src", "apps") for f in sorted((root / top).glob("*")) if f.is_dir()]


def read_table(root):
    """{folder: {word: [values]}}, where a folder is `src/core` or `apps/cli`."""
    table = {}
    for folder in folders(root):
        file = folder / "CMakeLists.txt"
        if not file.exists():
            continue
        text = re.sub(r"#.*", "", file.read_text())
        for call in CALL.finditer(text):
            row, word = {}, None
            for token in call.group(1).split():
                if token in WORDS:
                    word = token
                else:
                    row.setdefault(word, []).append(token)
            table[folder.relative_to(root).as_posix()] = row
    return table


def includes(file):
    for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def code_files(folder):
    return sorted(f for f in folder.rglob("*") if f.suffix in (".hpp", ".cpp", ".h"))


class Checker:
    def __init__(self, root):
        self.root = root
        self.table = read_table(root)
        self.layers = {f.split("/")[1] for f in self.table if f.startswith("src/")}
        self.users = {}
        for folder, row in self.table.items():
            for header in row.get("SOLE_USER_OF", []):
                self.users.setdefault(header, []).append(folder)
        self.refusals = []

    def refuse(self, file, line, why):
        self.refusals.append(f"{file.relative_to(self.root)}:{line}: {why}")

    def run(self):
        self.check_table()
        for folder in folders(self.root):
            for file in code_files(folder):
                self.check_file(folder.relative_to(self.root).as_posix(), file)
        for folder in (self.root / "include", self.root / "examples"):
            for file in code_files(folder):
                self.check_public(file)
        return self.refusals

    def check_table(self):
        for folder, row in self.table.items():
            cmake = self.root / folder / "CMakeLists.txt"
            if row.get("NAME") != [folder.split("/")[1]]:
                self.refuse(cmake, 1, f"NAME must be the folder's, {folder}")
            for layer in row.get("DEPENDS", []):
                if layer not in self.layers:
                    self.refuse(cmake, 1, f"DEPENDS on {layer}, which is no layer")

    def check_file(self, folder, file):
        if folder not in self.table:
            self.refuse(file, 1, f"{folder} has no sheaf_layer() or sheaf_app() call")
            return
        allowed = set(self.table[folder].get("DEPENDS", []))
        is_layer = folder.startswith("src/")
        if is_layer:
            allowed.add(folder.split("/")[1])
        for line, mark, path in includes(file):
            first = path.split("/")[0]
            if mark == "<":
                users = next((who for header, who in self.users.items()
                              if path == header or path.startswith(header + "/")), [folder])
                if folder not in users:
                    self.refuse(file, line, f"<{path}> is for {' and '.join(users)} alone")
                elif first in self.layers and first != "sheaf" and "/" in path:
                    self.refuse(file, line, f'write "{path}", not <{path}>')
            elif "/" in path and first in self.layers:
                if first not in allowed:
                    self.refuse(file, line, f'{folder} may not include "{path}"; it may include: '
                                + (", ".join(sorted(allowed)) or "include/sheaf only"))
            elif is_layer or "/" in path:
                self.refuse(file, line, f'"{path}" names no layer: write "layer/file.hpp", '
                            "or <...> for a header from elsewhere")

    def check_public(self, file):
        for line, mark, path in includes(file):
            if mark == '"' or not (path.startswith("sheaf/") or STANDARD.fullmatch(path)):
                self.refuse(file, line, f"{path}: only standard headers and <sheaf/...> here")


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    checker = Checker(root)
    refusals = checker.run()
    print("\n".join(refusals) if refusals else f"{len(checker.table)} folders keep to their layers")
    return 1 if refusals or not checker.table else 0


if __name__ == "__main__":
    sys.exit(main())
