"""
What a page looks like: the record that templates read, and the style sheet and images that carry a client's own colours.

Owns the way from what an administrator stored (SetUICustomization's CSS and logo; a managed login style's document and images) to a Look
and to the files beside it. Only colours, lengths and addresses of its own making get into a style sheet of managed login; classic CSS is
served as it was stored, since it was found inert then (model/branding/css). Knows nothing of what a page asks or says.

    site, client ─ looks.look_of ─> Look ─> base.html, form.html
                       │ classic.read | managed.read
                       └─ addresses ─> files.look_file ─> look.css, look.image
"""
