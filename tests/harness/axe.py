"""axe-core on a page in Chromium: what would hinder people who hear a page, see little of it, or have no mouse."""

import functools

from playwright.sync_api import Page

from harness import node

# Rules whose verdict hangs on the colours alone; the others are the same in the dark.
COLOURS = ("color-contrast", "link-in-text-block")
_RUN = """async rules => {
  const only = rules.length ? { runOnly: { type: "rule", values: rules } } : {};
  const found = await axe.run(document, { resultTypes: ["violations"], ...only });
  return found.violations
    .filter(each => ["serious", "critical"].includes(each.impact))
    .map(each => `${each.id}: ${each.nodes.map(node => `${node.html} ${node.failureSummary}`).join(" | ")}`);
}"""


def hindrances(page: Page, *rules: str) -> list[str]:
    """The serious and critical violations on the page, of all rules unless some are named; its scripts have to run."""
    if not page.evaluate("'axe' in window"):
        # It returns something that cannot be handed over.
        page.evaluate(_source() + "; null")
    found: list[str] = page.evaluate(_RUN, list(rules))
    return found


@functools.cache
def _source() -> str:
    path = node.MODULES / "axe-core" / "axe.min.js"
    if not path.is_file():
        node.go_without()
    return path.read_text(encoding="utf-8")
