"""
The door of uploaded images: `/_cenote/assets/<pool>/<client or ALL>/<digest>/image.png`, which GetUICustomization names as ImageUrl.

Owns how an image reaches a browser: with the media type that its first bytes say, never sniffed, in a sandbox where nothing runs, and
cached for ever, since another image has another address. Writes nothing, and shows nothing but what pages show to everybody anyway; whoever
knows an address may look. What is accepted as an image is for model/branding.

    path ─ images.address_of ─> address ─ storage.resources ─> document ─> image and its headers
"""
