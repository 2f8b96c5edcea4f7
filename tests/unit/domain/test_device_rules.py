"""Which devices may be named: telephones by themselves, what the configuration names, and Local in named contexts."""

from __future__ import annotations

import pytest

from vmq.domain.device_rules import DeviceRules

RULES = DeviceRules(contexts=("agents",), known=("Local/7@desk/n", "PJSIP/0170@telco"))


@pytest.mark.parametrize(
    "dial",
    [
        "",
        "PJSIP/1001",
        "pjsip/1001",
        "PJSIP/1001/*",
        "SIP/ann.desk",
        "DAHDI/1",
        "PJSIP/1001&SIP/1002",
        "Local/1001@agents",
        "Local/1001@agents/n",
        "Local/7@desk/n",
        "PJSIP/1001&PJSIP/0170@telco",
    ],
)
def test_telephones_and_what_is_configured_may_be_named(dial: str) -> None:
    assert not RULES.fault(dial)


@pytest.mark.parametrize(
    ("dial", "says"),
    [
        ("Local/0900123@outbound/n", "add its context to contexts in [devices]"),
        ("LOCAL/0900123@outbound", "add its context to contexts in [devices]"),
        ("Local/1@agents@outbound", "add its context"),
        ("Local/1", "add its context"),
        ("Local/7@desk", "add its context"),
        ("PJSIP/0900123@telco", "write the device alone, e.g. PJSIP/1001"),
        ("PJSIP/1001/sip:0900@evil.example", "write the device alone"),
        ("SIP/telco/0900123", "write the device alone"),
        ("IAX2/user@host/0900", "write the device alone"),
        ("DAHDI/g1/0900123", "write the device alone"),
        ("PJSIP/", "write the device alone"),
        ("PJSIP/1001\r\nAction: Logoff", "write the device alone"),
        ("Agent/1001", "write PJSIP/…, SIP/…, IAX2/…, DAHDI/…, or add Agent to technologies in [devices]"),
        ("PJSIP/1001&Local/0900123@outbound", "Local/0900123@outbound: no such way"),
    ],
)
def test_what_leads_elsewhere_is_refused_and_it_is_said_what_to_write(dial: str, says: str) -> None:
    assert says in RULES.fault(dial)


def test_a_context_must_be_named_in_the_configuration_but_for_the_telephones_own() -> None:
    assert not RULES.context_fault("")
    assert not RULES.context_fault("agents")
    assert "outbound: no such context" in RULES.context_fault("outbound")
