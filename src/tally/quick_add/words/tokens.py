"""The words of a line, each with its place; quotes, notes and tags taken out. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from tally.domain.text import PASTED_MARKS, one_line

# The longest line: a type has 64 characters, notes 2 000.
MAX_WORDS = 60
MAX_TAGS = 800
MAX_WORD = 1_000

# A joiner belongs to the letters or signs on both sides of it, and to nothing else.
_MAY_DROP = re.compile(f"[{PASTED_MARKS}\u200c\u200d]")
_DROPPED = re.compile(rf"[{PASTED_MARKS}]+|(?<!\S)[\u200c\u200d]+|[\u200c\u200d]+(?=[\s0-9]|$)")

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

# A piece of a line. Possessive, so that no text makes the pattern backtrack.
_PIECE = re.compile(
    r'"(?P<quoted>(?:[^"]++|"")*+)"'
    r"|[“”„‟](?P<curled>[^“”„‟]*+)[“”‟]"
    r"|[«»](?P<pointed>[^«»]*+)[«»]"
    r'|(?P<word>[^\s";“”„‟«»]++)'
    r"|(?P<semicolon>;)"
    r'|(?P<unclosed>["“”„‟«»][^\s;]*+)'
)


@dataclass(frozen=True)
class Word:
    """A piece of the line at `start` to `end`, `index` its place among the words."""

    text: str
    start: int
    end: int
    index: int
    is_quoted: bool = False

    @property
    def lower(self) -> str:
        """The word in lower case; "" for quoted text, which is no word of the grammar."""
        return "" if self.is_quoted else unicodedata.normalize("NFC", self.text).lower()

    def part(self, start: int, end: int | None = None) -> "Word":
        """A piece of the word."""
        piece = self.text[start:end]
        begin = self.start + (start if start >= 0 else len(self.text) + start)
        return Word(piece, begin, begin + len(piece), self.index)


def text_of(words: Iterable[Word]) -> str:
    """The words as they are written, with single spaces between them."""
    return " ".join(word.text for word in words)


def lower_text_of(words: Iterable[Word]) -> str:
    """The words in lower case, with single spaces between them; a quoted one is empty."""
    return " ".join(word.lower for word in words)


def phrases_at(words: Sequence[Word], index: int, most: int) -> Iterator[tuple[Word, ...]]:
    """Each phrase of at most `most` words that begins at `index`, the longest first.

    A phrase ends before a quoted word; there is none if a quoted word, or no word, is at `index`.
    """
    end = index
    while end < min(index + most, len(words)) and not words[end].is_quoted:
        end += 1
    for last in range(end, index, -1):
        yield tuple(words[index:last])


@dataclass(frozen=True)
class Problem:
    """Words that cannot be read, and a sentence that says how to write them."""

    words: tuple[Word, ...]
    message: str


def in_quotes(count: int) -> str:
    """`the word in quotes`: the way to make this many words part of the type."""
    return f"the {'word' if count == 1 else 'words'} in quotes"


def leave_out(text: str) -> str:
    """The sentence on words that are probably no part of the type."""
    return f"Leave {text} out, or put it in quotes."


@dataclass
class Tokens:
    """A line in pieces: its words, its notes and where they start, its tags."""

    words: list[Word] = field(default_factory=list)
    notes: str = ""
    notes_start: int = 0
    tags: list[str] = field(default_factory=list)
    is_too_long: bool = False


def visible(line: str) -> tuple[str, Sequence[int] | None]:
    """The line without invisible characters, and the old place of each place; None: unchanged.

    Quoted texts and notes keep their invisible characters.
    """
    if line.isascii() or not _MAY_DROP.search(line):
        return line, None
    kept: list[int] = []
    for piece in _PIECE.finditer(line):
        if piece["semicolon"]:
            kept += range(piece.start(), len(line))
            break
        if piece.lastgroup != "word":
            kept += range(*piece.span())
            continue
        dropped = {
            place
            for match in _DROPPED.finditer(line, *piece.span())
            for place in range(*match.span())
        }
        kept += [place for place in range(*piece.span()) if place not in dropped]
    kept_set = set(kept)
    places = [place for place, mark in enumerate(line) if place in kept_set or mark.isspace()]
    return "".join(line[place] for place in places), [*places, len(line)]


def tokenise(line: str) -> Tokens:
    """Quotes, then notes, then tags; the rest are words."""
    tokens = Tokens(notes_start=len(line))
    for piece in islice(_PIECE.finditer(line), MAX_WORDS + MAX_TAGS):
        if piece["semicolon"]:
            tokens.notes, tokens.notes_start = line[piece.end() :].strip(), piece.start()
            break
        _add(tokens, piece)
        if len(tokens.words) > MAX_WORDS or piece.end() - piece.start() > MAX_WORD:
            tokens.is_too_long = True
            break
    else:
        tokens.is_too_long = len(tokens.tags) >= MAX_TAGS
    return tokens


def plain_line(text: str) -> str:
    """The text as one line; control characters, such as a terminal's escape, become spaces."""
    return one_line(_CONTROL.sub(" ", text))


def _add(tokens: Tokens, piece: re.Match[str]) -> None:
    text = piece["word"] or piece["unclosed"]
    if text is not None and text.startswith("#") and len(text) > 1:
        tokens.tags.append(text)
        return
    is_quoted = text is None
    if is_quoted:
        inner = piece["quoted"]
        text = (
            inner.replace('""', '"') if inner is not None else piece["curled"] or piece["pointed"]
        )
    tokens.words.append(Word(text or "", *piece.span(), len(tokens.words), is_quoted))


def quoted(text: str) -> str:
    """The text in quotes, so that the grammar reads nothing in it."""
    return '"' + text.replace('"', '""') + '"'
