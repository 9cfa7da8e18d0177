"""
The door through which people come back from other providers: `/oauth2/idpresponse`, `/saml2/idpresponse`, `/saml2/logout`.

It translates what browsers bring into the words of flows.federation, and what comes of it into a redirect: to the app, or to the page that
tells the person what went wrong. It verifies nothing itself.
"""
