"""The text part of an HTML template: what a reader without HTML should see."""

import html
import html.parser
import re

_TAG = re.compile(r"<[a-zA-Z!/]")
_BLOCKS = frozenset(
    {"address", "blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "table", "tr", "ul"}
)
_UNSEEN = frozenset({"head", "script", "style", "title"})


def is_html(template: str) -> bool:
    """Return whether *template* holds a tag."""
    return _TAG.search(template) is not None


def text_of(template: str) -> str:
    """Return *template* as plain text: blocks become lines, a link becomes its words and its address."""
    if not is_html(template):
        return html.unescape(template)
    reader = _Reader()
    # After the last ">" nothing is a tag; html.parser would take quadratic time to find that out.
    markup, end, rest = template.rpartition(">")
    reader.feed(markup + end)
    reader.close()
    reader.handle_data(html.unescape(rest))
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(html.parser.HTMLParser):
    """Collects the words of a document and the breaks between them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, a link, or a part that is not shown."""
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "a":
            self._link = dict(attrs).get("href") or ""
        elif tag == "br" or tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End what handle_starttag began."""
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "a" and self._link:
            self.parts.append(f" ({self._link})")
            self._link = ""
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep words; a line break in the source is only a space in HTML."""
        if not self._unseen:
            self.parts.append(re.sub(r"\s+", " ", data))
