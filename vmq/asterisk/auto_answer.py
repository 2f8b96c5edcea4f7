"""How telephones of different makes are told to answer by themselves: SIP headers of the call, as data.

Each make's manual names its own; `any` sends those that don't contradict each other, which most makes take one of.
"""

from __future__ import annotations

from collections.abc import Mapping

Headers = tuple[tuple[str, str], ...]

_CALL_INFO = ("Call-Info", "<sip:vmq>;answer-after=0")
_ALERT_INFO = ("Alert-Info", "<http://vmq>;info=alert-autoanswer;delay=0")
_ANSWER_MODE = ("Answer-Mode", "Auto")  # RFC 5373

AUTO_ANSWER: Mapping[str, Headers] = {
    "any": (_CALL_INFO, _ALERT_INFO, _ANSWER_MODE),
    "aastra": (_ALERT_INFO,),
    "cisco": (_CALL_INFO,),
    "fanvil": (("Alert-Info", "info=alert-autoanswer"),),
    "gigaset": (_ALERT_INFO,),
    "grandstream": (("Call-Info", "<sip:vmq>;answer-after=0"), ("Alert-Info", "info=alert-autoanswer;delay=0")),
    "mitel": (_ALERT_INFO,),
    "panasonic": (("Alert-Info", "<http://vmq>;info=alert-autoanswer"),),
    "polycom": (("Alert-Info", "Ring Answer"),),
    "rfc5373": (_ANSWER_MODE,),
    "snom": (_CALL_INFO,),
    "yealink": (_CALL_INFO,),
}
"""The headers by make."""


def header_variables(make: str) -> list[tuple[str, str]]:
    """The channel variables of an Originate that make chan_pjsip send a make's headers; an unknown make's are `any`'s.

    Originate sets variables before it calls (pbx.c, pbx_outgoing_attempt), which is when PJSIP_HEADER takes them.
    """
    return [(f"PJSIP_HEADER(add,{name})", value) for name, value in AUTO_ANSWER.get(make, AUTO_ANSWER["any"])]
