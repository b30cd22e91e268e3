"""A small story grammar: tables of words, shared rules and plots, read from grammar/*.txt.

In a line, `[a|b]` is a choice, `<rule>` a shared rule and `{slot}` a word of the story's cast.
A slot is `table`, `table2` (a second, different row), `table.column` or `table.column2` (a second,
different alternative of the same cell). What a story has drawn once it keeps to the end: that is
what a model can learn from it about keeping a thread.
"""
import re
from pathlib import Path

TOKEN = re.compile(r"\[|\]|\||<[a-z.]+>|\{[A-Za-z0-9.]+\}")


def parse_line(text):
    """Text to a list of parts: str, ('slot', s), ('rule', r) or ('choice', [parts, ...])."""
    stack, at = [[[]]], 0          # a stack of choices, each a list of alternatives
    for match in TOKEN.finditer(text):
        stack[-1][-1].append(text[at:match.start()])
        at, token = match.end(), match.group()
        if token == "[":
            stack.append([[]])
        elif token == "|":
            if len(stack) == 1:
                raise ValueError("| outside of brackets: " + text)
            stack[-1].append([])
        elif token == "]":
            choice = stack.pop()
            stack[-1][-1].append(("choice", choice))
        elif token[0] == "<":
            stack[-1][-1].append(("rule", token[1:-1]))
        else:
            stack[-1][-1].append(("slot", token[1:-1]))
    stack[-1][-1].append(text[at:])
    if len(stack) != 1:
        raise ValueError("unclosed bracket: " + text)
    return [part for part in stack[0][0] if part != ""]


def weighted(line):
    """`3* text` is three times as likely as `text`."""
    match = re.match(r"(\d+)\* ", line)
    weight, text = (int(match[1]), line[match.end():]) if match else (1, line)
    return weight, parse_line("" if text.strip() == "-" else text.rstrip("\n"))


class Grammar:
    """tables: name -> (columns, rows); rules: name -> lines; plots: name -> [lines of a beat]."""

    def __init__(self, folder):
        self.tables, self.rules, self.plots = {}, {}, {}
        for file in sorted(Path(folder).glob("*.txt")):
            kind, name = None, None
            for line in file.read_text().splitlines() + [""]:
                if line.startswith("#"):
                    continue
                head = re.match(r"(table|rule|plot) ([a-z.-]+)(?:: (.*))?$", line)
                if head:
                    kind, name = head[1], head[2]
                    if kind == "table":
                        self.tables[name] = ([c.strip() for c in head[3].split("|")], [])
                    elif kind == "rule":
                        self.rules[name] = []
                    else:
                        self.plots[name] = [[]]
                elif not line.strip():
                    if kind == "plot" and self.plots[name][-1]:
                        self.plots[name].append([])
                elif kind == "table":
                    cells = [cell.strip().split(";") for cell in line.split("|")]
                    if len(cells) != len(self.tables[name][0]):
                        raise ValueError(f"{file.name}: {line}")
                    self.tables[name][1].append(
                        [[parse_line(option.strip()) for option in cell] for cell in cells])
                elif kind == "rule":
                    self.rules[name].append(weighted(line))
                else:
                    self.plots[name][-1].append(weighted(line))
        for name, beats in self.plots.items():
            self.plots[name] = [beat for beat in beats if beat]


PRONOUNS = {"boy": ("he", "him", "his"), "girl": ("she", "her", "her")}
ELDERS = [("mother", "Mom", "girl"), ("father", "Dad", "boy"), ("grandmother", "Grandma", "girl"),
          ("grandfather", "Grandpa", "boy"), ("aunt", "Aunt Rose", "girl"),
          ("uncle", "Uncle Bill", "boy")]


class Story:
    """One telling: draws its cast lazily and remembers it."""

    def __init__(self, grammar, rng):
        self.grammar, self.rng = grammar, rng
        self.rows, self.cells, self.used = {}, {}, set()
        sexes = list(PRONOUNS)
        hero = rng.choice(sexes)
        # Mostly of the other sex, so that "he" and "she" say who is meant.
        friend = hero if rng.random() < 0.25 else sexes[1 - sexes.index(hero)]
        names = {sex: [self.render(row[0][0]) for row in grammar.tables[sex][1]] for sex in sexes}
        self.cast = {"H": rng.choice(names[hero]), "child": hero, "child2": friend,
                     "girl": rng.choice(sexes)}
        self.cast["F"] = rng.choice([n for n in names[friend] if n != self.cast["H"]])
        self.cast["E"], self.cast["Mom"], elder = rng.choice(ELDERS)
        pets = [self.render(row[0][0]) for row in grammar.tables["petname"][1]]
        self.cast["P"], self.cast["A"] = rng.sample(pets, 2)
        for prefix, sex in (("", hero), ("f", friend), ("e", elder), ("p", rng.choice(sexes)),
                            ("a", rng.choice(sexes)), ("o", rng.choice(sexes))):
            for slot, word in zip(("he", "him", "his"), PRONOUNS[sex]):
                self.cast[prefix + slot] = word
        self.cast["himself"] = self.cast["him"] + "self"

    def tell(self, plot):
        beats = [self.pick(beat) for beat in self.grammar.plots[plot]]
        return tidy(" ".join(self.render(beat) for beat in beats))

    def pick(self, lines):
        # A line already told is not told again, unless there is nothing else to say.
        fresh = [line for line in lines if id(line) not in self.used] or lines
        line = self.rng.choices(fresh, [weight for weight, _ in fresh])[0]
        self.used.add(id(line))
        return line[1]

    def render(self, parts):
        out = []
        for part in parts:
            if isinstance(part, str):
                out.append(part)
            elif part[0] == "choice":
                out.append(self.render(self.rng.choice(part[1])))
            elif part[0] == "rule":
                out.append(self.render(self.pick(self.grammar.rules[part[1]])))
            else:
                out.append(self.slot(part[1]))
        return "".join(out)

    def slot(self, name):
        if name in self.cast:
            return self.cast[name]
        if name[0].isupper() and name.lower() in self.cast:
            word = self.cast[name.lower()]
            return word[0].upper() + word[1:]
        if name == "E.cap":
            return self.slot("His") + " " + self.cast["E"]
        if name.endswith(".cap"):
            word = self.slot(name[:-4])
            return word[0].upper() + word[1:]
        if name.startswith("a.") and name[2:].rstrip("23") in self.grammar.tables:
            return "a " + self.slot(name[2:] + ".full")
        if name in self.grammar.rules:
            return self.render(self.pick(self.grammar.rules[name]))
        table, _, column = name.partition(".")
        table = {"a": "animal2", "b": "animal3", "animal3": "animal4"}.get(table, table)
        base, number = table.rstrip("234"), table[len(table.rstrip("234")):]
        columns, rows = self.grammar.tables[base]
        if column == "full":
            return self.slot(table + ".adj") + " " + self.slot(table)
        row = self.draw(self.rows, base, number, range(len(rows)))
        key = column.rstrip("23")
        place = columns.index(key) if key else 0
        options = rows[row][place]
        option = self.draw(self.cells, (base, row, place), column[len(key):], range(len(options)))
        return self.render(options[option])

    def draw(self, memory, key, number, options):
        """The remembered draw for (key, number), different from the other numbers of that key."""
        drawn = memory.setdefault(key, {})
        if number not in drawn:
            free = [o for o in options if o not in drawn.values()] or list(options)
            drawn[number] = self.rng.choice(free)
        return drawn[number]


def tidy(text):
    """Spaces, capitals at the start of sentences and quotations, and `an` before a vowel."""
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\b([Aa]) (?=[aeio]|un(?!i)|um|up)", r"\1n ", text)
    text = re.sub(r'(^|[.!?] |(?:^| )")([a-z])', lambda m: m[1] + m[2].upper(), text)
    return re.sub(r" ([,.!?])", r"\1", text)
