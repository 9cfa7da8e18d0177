"""
How a pool's pages look: rules on what an administrator uploads, before any page shows it.

Owns which style sheets, images, settings documents and links to terms are accepted, and Cenote's own default look. Trusts nothing that is
uploaded: what could run a script or fetch something from elsewhere in a visitor's browser is refused here, once, and pages need not look
again. Knows neither storage nor HTTP.

    CSS ─────────────> css.verify_css
    image ───────────> images.verify_image (of an SVG, svg.verify_svg)
    settings document ─> settings.verify_settings, merged
    links ───────────> terms.verify_links
"""
