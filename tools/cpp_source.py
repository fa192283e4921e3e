"""A minimal C++ reader that measures functions, parameters and nesting."""

import re
from dataclasses import dataclass, field
from pathlib import Path

_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<raw>R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)")
      | (?P<text>"(?:\\.|[^"\\\n])*")
      | (?P<char>(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+')""",
    re.VERBOSE | re.DOTALL,
)
_CONTROL = re.compile(r"\b(if|for|while|switch|catch|else|do|try)\b")
_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|concept|extern)\b[^()=]*$")
_FUNCTION = re.compile(r"(?P<name>~?[\w:]+|operator\s*\S+?|operator\(\))\s*$")


@dataclass
class Function:
    """A function or a named method with a body."""

    name: str
    line: int
    lines: int
    parameters: int
    nesting: int = 0


@dataclass
class Source:
    """One file: its original text, and its code with comments and literals blanked."""

    path: Path
    text: str
    code: str
    functions: list[Function] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


def blank_out(text: str) -> str:
    """The code alone: comments become blanks, literals become empty, and lines keep their
    positions."""

    def blank(match: re.Match[str]) -> str:
        kept = "".join(c if c == "\n" else " " for c in match.group())
        if match.group("comment"):
            return kept
        return '"' + kept[1:-1] + '"' if len(kept) > 1 else kept

    return _TOKEN.sub(blank, text)


def string_literals(text: str) -> list[tuple[int, str]]:
    """(line, text) of each string literal."""
    found = []
    for match in _TOKEN.finditer(text):
        literal = match.group("text") or match.group("raw")
        if literal:
            found.append((text.count("\n", 0, match.start()) + 1, literal))
    return found


def count_parameters(arguments: str) -> int:
    """The number of named parameters between the parentheses. Unnamed parameters do not count,
    because readers of the function body do not need them."""
    depth, parameters = 0, [""]
    for c in arguments:
        depth += (c in "(<[{") - (c in ")>]}")
        if c == "," and depth == 0:
            parameters.append("")
        else:
            parameters[-1] += c
    return sum(bool(re.search(r"[\w>&*\]]\s+\w+\s*(=.*)?$|[&*]\w+$", each.strip(), re.DOTALL))
               for each in parameters)


def _signature(head: str) -> tuple[str, str] | None:
    """(name, arguments) if `head`, the text before a `{`, declares a function."""
    depth = 0
    for i, c in enumerate(head):
        if c in "<" and re.match(r"template\s*$", head[:i]):
            depth += 1
        if c == "(" and depth == 0:
            name = _FUNCTION.search(head[:i])
            if not name:
                continue
            close = _closing(head, i)
            if close < 0:
                return None
            if name["name"] in ("requires", "alignas", "decltype", "noexcept"):
                continue
            return name["name"], head[i + 1 : close]
    return None


def _closing(text: str, at: int) -> int:
    depth = 0
    for i in range(at, len(text)):
        depth += (text[i] == "(") - (text[i] == ")")
        if depth == 0:
            return i
    return -1


def _head(code: str, brace: int) -> str:
    """The text between the end of the previous statement and the `{` at `brace`."""
    depth, i = 0, brace - 1
    while i >= 0:
        depth += (code[i] == ")") - (code[i] == "(")
        if depth == 0 and code[i] in ";{}":
            break
        if code[i] == ":" and re.search(r"\b(public|private|protected)$", code[:i]):
            break
        i -= 1
    return code[i + 1 : brace]


def _is_block(head: str) -> bool:
    """Whether the `{` after `head` opens a block of statements and not an initializer."""
    stripped = head.rstrip()
    if stripped.endswith((")", "mutable", "noexcept")) or stripped.endswith("]"):
        return True
    arrow = r"\)\s*(mutable\s*)?(noexcept\s*)?->\s*[\w:<>,\s*&]+$"
    return bool(re.search(r"\b(else|do|try)$", stripped) or re.search(arrow, stripped))


def scan(path: Path) -> Source:
    """Reads a file and finds its functions."""
    text = path.read_text(encoding="utf-8")
    code = re.sub(r"(?m)^[ \t]*#.*$", lambda directive: " " * len(directive[0]), blank_out(text))
    source = Source(path, text, code)
    _Scanner(source).run()
    return source


class _Scanner:
    """Walks the braces. The stack holds a `Function` for its body, and `scope`, `block` or `other`
    for the rest."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.stack: list[object] = []
        self.function: Function | None = None
        self.depth = 0

    def run(self) -> None:
        code = self.source.code
        for i, c in enumerate(code):
            if c == "{":
                self.open(i, _head(code, i))
            elif c == "}" and self.stack:
                self.close(i)

    def open(self, at: int, head: str) -> None:
        if self.function:
            block = _is_block(head)
            self.stack.append("block" if block else "other")
            self.depth += block
            self.function.nesting = max(self.function.nesting, self.depth)
            return
        signature = None if _SCOPE.search(head) else _signature(head)
        starts_body = signature and not re.search(r"=\s*$|\breturn\b", head)
        if not starts_body or self._inside_initializers(head):
            self.stack.append("scope" if _SCOPE.search(head) else "other")
            return
        start = at - len(head.lstrip())
        line = self.source.code.count("\n", 0, start) + 1
        name, arguments = signature
        self.function = Function(name, line, 0, count_parameters(arguments))
        self.stack.append(self.function)

    @staticmethod
    def _inside_initializers(head: str) -> bool:
        """Whether the brace initializes a member in a constructor's list (`: a_{1}`)."""
        return bool(re.search(r"\)\s*(noexcept\s*)?:[^:]", head)) and bool(
            re.search(r"[\w>]\s*$", head)
        )

    def close(self, at: int) -> None:
        top = self.stack.pop()
        if top == "block":
            self.depth -= 1
        if top is self.function and self.function:
            last = self.source.code.count("\n", 0, at) + 1
            self.function.lines = last - self.function.line + 1
            self.source.functions.append(self.function)
            self.function = None
            self.depth = 0
