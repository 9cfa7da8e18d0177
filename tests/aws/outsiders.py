"""Those who see nothing of a pool: another region's client, and one that signs nothing."""

from collections.abc import Mapping
from typing import Any

from refusals import refusal

from harness.people import Pool


def assert_closed_to_outsiders(pool: Pool, calls: Mapping[str, Mapping[str, Any]]) -> None:
    """*calls* are operations in boto3's names with the members that would let them succeed from inside."""
    there = pool.endpoint.boto3_client(region_name="eu-west-1")
    for act, members in calls.items():
        with refusal() as seen:
            getattr(there, act)(**members)
        assert ("ResourceNotFoundException", f"User pool {pool.id} does not exist.") == seen.said, act
        with refusal("MissingAuthenticationTokenException"):
            getattr(pool.endpoint.anonymous, act)(**members)
