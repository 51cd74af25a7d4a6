"""The encoding of a text file.

Its byte order mark decides; else it is UTF-8 if that fits, else windows-1252. If that puts odd
characters into words, the best guess of charset-normalizer counts instead.
"""

from __future__ import annotations

import codecs
import itertools
import re
import unicodedata
from typing import BinaryIO

from tally.domain.fields import choose_one_of
from tally.transfer.faults import UnreadableFile

# The encodings of a file that can be chosen and guessed: the codecs of Python for text.
ENCODINGS = (
    "utf-8", "utf-16", "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256",
    "cp1257", "cp437", "cp850", "cp852", "cp866", "iso8859-1", "iso8859-2", "iso8859-5",
    "iso8859-7", "iso8859-9", "iso8859-15", "koi8-r", "koi8-u", "mac-roman", "mac-latin2",
    "mac-cyrillic", "shift_jis", "cp932", "euc-jp", "gb18030", "big5", "euc-kr",
)  # fmt: skip

_BLOCK = 1 << 16
# The most bytes of lines with non-ASCII characters for charset-normalizer to look at.
_SAMPLE = 1 << 15
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
_ODD_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_WORD = re.compile(r"[^\W\d_][^\s\d;,.|\t\"()]*")
# In the middle of a word, or between small letters, these come from another code page.
_SYMBOLS = frozenset("¤¦§¨©ª«¬®¯°±´¶·¸»¼½¾¿¡¢£¥ƒ„…†‡ˆ‰‹›“”•–—˜™š\x81\x8d\x8f\x90\x9d¹²³÷×")


def encoding_of(file: BinaryIO) -> str:
    """The name of Python's codec for a text file, which skips its byte order mark."""
    file.seek(0)
    start = file.read(_BLOCK)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) > len(start) // 8:
        return "utf-16-be" if even > odd else "utf-16-le"
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    beyond = wrong = 0
    sample = b""
    while block := file.read(_BLOCK):
        text = decoder.decode(block)
        if not text.isascii():
            beyond += len(_NOT_ASCII.findall(text))
            wrong += len(_ESCAPED_BYTE.findall(text))
            if len(sample) < _SAMPLE:
                sample += b"\n".join(_ODD_LINE.findall(block))[:_SAMPLE]
    if wrong <= beyond - wrong:
        return "utf-8"
    return _code_page(sample)


def check_encoding(name: str) -> str:
    """The codec of that name. Raises UnreadableFile for a codec that is not for tables."""
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        codec = ""
    known = {
        codecs.lookup(encoding).name: encoding
        for encoding in (*ENCODINGS, "utf-16-le", "utf-16-be", "utf-8-sig", "ascii")
    }
    if codec not in known:
        raise UnreadableFile(choose_one_of(ENCODINGS), "encoding")
    return {"utf-8-sig": "utf-8", "ascii": "utf-8"}.get(known[codec], known[codec])


def decoder_of(name: str, start: bytes) -> tuple[str, str]:
    """The codec for a file with this beginning, and its handling of invalid bytes."""
    if name == "utf-8":
        return "utf-8-sig", "surrogateescape"
    if name == "utf-16" and not start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16-le"
    return name, "tally.mark" if name.startswith("utf-16") else "surrogateescape"


def _code_page(sample: bytes) -> str:
    western = sample.decode("cp1252", "replace")
    if not _is_odd(western):
        return "cp1252"
    # It takes 40 ms to import and is needed for one file in a hundred.
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_GUESSABLE, threshold=0.6).best()
    return best.encoding.replace("_", "-").replace("shift-jis", "shift_jis") if best else "cp1252"


_GUESSABLE = [
    "cp1251", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp437", "cp850",
    "cp852", "cp866", "iso8859_2", "iso8859_5", "iso8859_7", "koi8_r", "mac_roman",
    "mac_latin2", "mac_cyrillic", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "cp1252",
]  # fmt: skip


def _is_odd(text: str) -> bool:
    """Whether many words have signs in them, or letters beside no ASCII letter."""
    odd = words = 0
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        words += 1
        letters = [mark for mark in word if mark.isalpha()]
        beyond = sum(not mark.isascii() for mark in letters)
        inner = word[1:-1]
        strange = any(mark in _SYMBOLS for mark in inner) or any(
            inner[place].isupper() and not inner[place].isascii() and word[place].islower()
            for place in range(len(inner))
        )
        cluster = any(
            unicodedata.category(one).startswith("L") and not one.isascii() and not two.isascii()
            for one, two in itertools.pairwise(word)
        )
        odd += strange or (beyond > 2 and beyond * 2 > len(letters)) or (cluster and "œ" in word)
    return odd * 4 >= max(words, 1)


def _mark(error: UnicodeError) -> tuple[str, int]:
    """Half a character of UTF-16 becomes a lone surrogate, wherever it stands."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


codecs.register_error("tally.mark", _mark)
