"""Where identity providers may be, by what their URLs say."""

import pytest

from cenote.base.errors import InvalidParameterException
from cenote.model.identity_provider.urls import verify_endpoint, verify_page


@pytest.mark.parametrize(
    "url", ["http://idp.corp:8080/token", "https://idp.corp:8443/token", "http://localhost:9/token"]
)
def test_an_operator_with_networks_inside_may_name_any_port_and_http(url: str) -> None:
    verify_endpoint("token_url", url, is_development=False, has_inside=True)
    verify_page("MetadataURL", url, is_development=False, has_inside=True)
    with pytest.raises(InvalidParameterException):
        verify_endpoint("token_url", url, is_development=False)


@pytest.mark.parametrize(
    "url", ["ftp://idp.corp/", "javascript:alert(1)", "http://a:b@idp.corp/", "http://idp.corp/#a", "x"]
)
def test_nobody_may_name_what_is_no_address_of_the_web(url: str) -> None:
    with pytest.raises(InvalidParameterException):
        verify_endpoint("token_url", url, is_development=True, has_inside=True)
    with pytest.raises(InvalidParameterException):
        verify_page("MetadataURL", url, is_development=True, has_inside=True)
