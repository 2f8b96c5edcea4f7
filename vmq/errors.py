"""The one exception tree.

VmqError
├── ConfigError         the configuration can't be used: file, key, what to write instead
│   ├── SettingUnknown  there is no such queue, agent … in it
│   ├── NothingToUndo   no change of it is remembered
│   ├── NoConfigFile    vmq was started without one: there is nothing to change
│   └── SettingChanged  somebody else changed it meanwhile: a change of ours would overwrite theirs
├── PackError           a personality pack can't be used (see vmq.dialogue.check for the list of findings)
├── LinkError           the link to Asterisk
│   ├── LinkLost        it broke; what happened to the action under way is unknown
│   ├── LoginRefused    wrong manager user or secret
│   └── ActionFailed    Asterisk answered "Error"
├── HungUp              the party on the line is gone (one outcome for every shape of hang-up)
├── AccessRefused       somebody may not come in, or a user can't be made or changed so
├── ProtocolError       a peer said something that is not AMI, AGI or HTTP as we speak it
├── DeliveryError       somebody outside could not be told of a message now
│   └── DeliveryRefused  and will not be, however often it is tried
├── RecognitionError    what was said could not be written down now
│   └── RecognitionRefused  and will not be, however often it is tried
└── StorageError        a recording or row could not be kept

Libraries' own errors are turned into these at the edge that uses the library, and nowhere else.
"""

from __future__ import annotations


class VmqError(Exception):
    """Base of all errors of vmq. The message says what happened, where, and what to do."""


class ConfigError(VmqError):
    """The configuration can't be used."""


class SettingUnknown(ConfigError):
    """The configuration has nothing of this kind and name."""


class NothingToUndo(ConfigError):
    """No change of the configuration is remembered that could be undone."""


class NoConfigFile(ConfigError):
    """vmq was started without a configuration file: there is nothing to change."""


class SettingChanged(ConfigError):
    """What is to be changed is no longer as it was when the change was thought of."""


class PackError(VmqError):
    """A personality pack can't be used."""


class PackBusyError(PackError):
    """A pack of this id is being installed already."""


class LinkError(VmqError):
    """Something about the link to Asterisk's manager interface."""


class LinkLost(LinkError):
    """The link broke while an action was under way: whether Asterisk carried it out is unknown."""


class LoginRefused(LinkError):
    """Asterisk refused the manager user or secret."""


class ActionFailed(LinkError):
    """Asterisk answered an action with Response: Error."""


class HungUp(VmqError):
    """The party on the line is gone, or its session with us is."""


class AccessRefused(VmqError):
    """Somebody may not come in, or a user can't be made or changed so. `why` is a stable word (a problem's id of the
    API); `retry_s` says when to try again, 0 = not by waiting."""

    def __init__(self, why: str, text: str, retry_s: float = 0.0) -> None:
        super().__init__(text)
        self.why = why
        self.retry_s = retry_s


class ProtocolError(VmqError):
    """A peer broke the protocol it spoke to us."""


class DeliveryError(VmqError):
    """Somebody outside could not be told of a message now. Later may be better."""


class DeliveryRefused(DeliveryError):
    """A delivery that will not succeed, however often it is tried."""


class RecognitionError(VmqError):
    """What was said in a recording could not be written down now. Later may be better."""


class RecognitionRefused(RecognitionError):
    """What was said in a recording will not be written down, however often it is tried."""


class StorageError(VmqError):
    """A recording or a row could not be kept."""


class BrokenRecordingError(StorageError):
    """A file is no recording, and trying again will not make it one."""
