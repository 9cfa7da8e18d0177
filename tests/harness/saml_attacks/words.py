"""Responses that are signed and say the wrong thing: to another service, at another time, by other names."""

from typing import Any

from cenote.federation.saml.names import SAML, SAMLP
from harness import saml_idp
from harness.saml_attacks.corpus import EVIL, PLAN, attack, changed, good, planned
from harness.saml_idp import Plan, add, document, one, sign

# What is said, to whom, and when.


@attack("its audience is another")
def for_another_service() -> Any:
    return good(Plan(entity_id="urn:amazon:cognito:sp:us-east-1_Other0000"))


@attack("it has no audience")
def for_nobody() -> Any:
    return planned(lambda root: one(root, "saml:Conditions").remove(one(root, "saml:AudienceRestriction")))


@attack("its audience is another")
def for_us_and_also_for_a_second_restriction() -> Any:
    def change(root: Any) -> None:
        add(add(one(root, "saml:Conditions"), "saml:AudienceRestriction"), "saml:Audience", "urn:other")

    return planned(change)


@attack("its recipient is another")
def delivered_to_another_service() -> Any:
    return planned(lambda root: one(root, "saml:SubjectConfirmationData").set("Recipient", "https://evil.example.com"))


@attack("its destination is another")
def sent_to_another_service() -> Any:
    return changed(lambda root: root.set("Destination", "https://evil.example.com"))


@attack("its issuer is another identity provider")
def of_another_issuer() -> Any:
    return good(Plan(issuer="https://evil.example.com"))


@attack("its issuer is another identity provider")
def of_an_issuer_that_differs_in_case() -> Any:
    return good(Plan(issuer=PLAN.issuer.upper()))


@attack("it is not the answer to our request")
def the_answer_to_another_request() -> Any:
    return good(Plan(request_id="_another"))


@attack("it is not the answer to our request")
def unasked_although_something_was_asked() -> Any:
    return good(Plan(request_id=None))


@attack("it is not the answer to our request", request_id=None)
def an_answer_although_nothing_was_asked() -> Any:
    return good()


@attack("it is not the answer to our request")
def an_old_assertion_in_a_response_that_fits() -> Any:
    root = good(Plan(request_id="_another"))
    root.set("InResponseTo", saml_idp.REQUEST_ID)
    return root


@attack("it has expired")
def too_late() -> Any:
    return good(Plan(now_ms=PLAN.now_ms - 600_000))


@attack("it is not valid yet")
def too_early() -> Any:
    return planned(lambda root: one(root, "saml:Conditions").set("NotBefore", saml_idp.written(PLAN.now_ms + 180_001)))


@attack("it is of the future")
def written_in_the_future() -> Any:
    return good(Plan(now_ms=PLAN.now_ms + 600_000))


@attack("it was issued too long ago", request_id=None)
def unasked_and_old() -> Any:
    return good(Plan(request_id=None, now_ms=PLAN.now_ms - 360_001, lifetime_ms=3_600_000))


@attack("its session has ended")
def a_session_that_has_ended() -> Any:
    return planned(lambda root: one(root, "saml:AuthnStatement").set("SessionNotOnOrAfter", "2020-01-01T00:00:00Z"))


@attack("its confirmation has no end")
def a_confirmation_for_ever() -> Any:
    return planned(lambda root: one(root, "saml:SubjectConfirmationData").attrib.pop("NotOnOrAfter"))


@attack("its NotOnOrAfter is not a time")
def a_time_without_a_zone() -> Any:
    return planned(lambda root: one(root, "saml:Conditions").set("NotOnOrAfter", "2999-01-01T00:00:00"))


@attack("its subject is not confirmed for the bearer")
def a_subject_that_only_a_key_confirms() -> Any:
    return planned(lambda root: one(root, "saml:SubjectConfirmation").set("Method", "urn:x"))


@attack("it has no AuthnStatement")
def nobody_signed_in() -> Any:
    return planned(lambda root: one(root, "saml:Assertion").remove(one(root, "saml:AuthnStatement")))


@attack("it has no NameID")
def nobody_in_particular() -> Any:
    return planned(lambda root: one(root, "saml:Subject").remove(one(root, "saml:NameID")))


@attack("it has no NameID")
def an_element_inside_of_the_name() -> Any:
    return planned(lambda root: add(one(root, "saml:NameID"), "saml:NameID", EVIL))


@attack("its NameID has white space around it, or is too long")
def a_name_with_a_space_after_it() -> Any:
    return good(Plan(name_id="wanda@example.com "))


@attack("it has a condition that is not understood")
def a_condition_of_its_own() -> Any:
    return planned(lambda root: add(one(root, "saml:Conditions"), "saml:Condition"))


@attack("it is not of SAML 2.0")
def another_version() -> Any:
    return planned(lambda root: one(root, "saml:Assertion").set("Version", "1.1"))


@attack("the identity provider refused: Responder")
def a_failure_around_a_good_assertion() -> Any:
    return good(Plan(status="urn:oasis:names:tc:SAML:2.0:status:Responder"))


@attack("it has no status")
def no_status() -> Any:
    return planned(lambda root: root.remove(one(root, "samlp:Status")))


@attack("it has no assertion")
def no_assertion() -> Any:
    root = saml_idp.response(PLAN)
    root.remove(one(root, "saml:Assertion"))
    return sign(root)


# Names.


@attack("it is not a Response")
def a_response_in_another_namespace() -> bytes:
    return document(good()).replace(SAMLP.encode(), b"urn:evil:protocol")


@attack("its Response has unexpected parts")
def an_assertion_in_another_namespace() -> bytes:
    return document(good()).replace(f'xmlns:saml="{SAML}" ID'.encode(), b'xmlns:saml="urn:evil" ID')


@attack("its Response has unexpected parts")
def an_assertion_of_saml_1() -> Any:
    def change(root: Any) -> None:
        one(root, "saml:Assertion").tag = "{urn:oasis:names:tc:SAML:1.0:assertion}Assertion"

    return changed(change)


@attack("it has an unexpected xsi:type")
def a_type_in_the_place_of_a_name() -> Any:
    def change(root: Any) -> None:
        one(root, "saml:AuthnStatement").set("{http://www.w3.org/2001/XMLSchema-instance}type", "saml:Evil")

    return planned(change)


@attack("it is not a Response")
def a_bare_assertion() -> Any:
    return sign(saml_idp.assertion(PLAN))


@attack("an ID is missing or malformed")
def no_identifier() -> Any:
    return changed(lambda root: one(root, "saml:Assertion").attrib.pop("ID"))


@attack("an ID is missing or malformed")
def an_identifier_that_is_an_expression() -> Any:
    return changed(lambda root: one(root, "saml:Assertion").set("ID", "x' or '1'='1"))
