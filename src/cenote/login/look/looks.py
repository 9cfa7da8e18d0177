"""Which look a client's pages have."""

from cenote.flows.hosted.sites import Site
from cenote.flows.services import Services
from cenote.login.look import classic, managed
from cenote.login.look.record import Look
from cenote.model.client import Client


def look_of(services: Services, site: Site, client: Client) -> Look | None:
    """The look of a client's pages at a site; None when they are managed login and it has no style: Cognito shows no page then."""
    pool_id, client_id = site.pool.pool_id, client.client_id
    with services.database.read() as tx:
        if not site.is_managed:
            own = classic.read(tx, pool_id, client_id)
            return classic.look_of_customization(site.base_path, own, client_id)
        style = managed.read(tx, pool_id, client_id)
    return None if style is None else managed.look_of_style(site.base_path, style, client_id)


def plain_look(services: Services, site: Site) -> Look:
    """The look of a page that is no client's, such as an error before one is known."""
    if site.is_managed:
        return managed.look_of_style(site.base_path, managed.Style(), None)
    with services.database.read() as tx:
        own = classic.read(tx, site.pool.pool_id, None)
    return classic.look_of_customization(site.base_path, own, None)
