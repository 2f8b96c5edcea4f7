"""The dialplan that hands calls to vmq: one pure function from the FastAGI address to the text of extensions_vmq.conf.

The administrator includes the file and calls `Gosub(vmq-queue,…)`, `Gosub(vmq-leave,…)`, `Gosub(vmq-check,…)`,
`Gosub(vmq-desk,…)`, `Gosub(vmq-door,…)` or `Gosub(vmq-doorbell,…)`. Every context that calls vmq has a way on without
it: a loop that waits for vmq to come back, then a status to go on with.
"""

from __future__ import annotations

import re

from vmq.errors import ConfigError

QUEUE_CONTEXT = "vmq-queue"
CONNECT_CONTEXT = "vmq-connect"
AGENT_CONTEXT = "vmq-agent"
CALLBACK_CONTEXT = "vmq-callback"
DESK_CONTEXT = "vmq-desk"
FORWARDED_CONTEXT = "vmq-forwarded"
TALK_CONTEXT = "vmq-talk"
LEAVE_CONTEXT = "vmq-leave"
CHECK_CONTEXT = "vmq-check"
PROMPTS_CONTEXT = "vmq-prompts"
DOOR_CONTEXT = "vmq-door"
DOORBELL_CONTEXT = "vmq-doorbell"
VOICEMAIL_CONTEXT = "vmq-voicemail"
VOICEMAILMAIN_CONTEXT = "vmq-voicemailmain"
INFO_CONTEXT = "vmq-vminfo"
SAYNAME_CONTEXT = "vmq-vmsayname"
PLAYMSG_CONTEXT = "vmq-voicemailplaymsg"
LAMP_CONTEXT = "vmq-lamp"
HINTS_CONTEXT = "vmq-hints"
DOCTOR_CONTEXT = "vmq-doctor"
CONTEXTS = (
    QUEUE_CONTEXT,
    CONNECT_CONTEXT,
    AGENT_CONTEXT,
    CALLBACK_CONTEXT,
    DESK_CONTEXT,
    FORWARDED_CONTEXT,
    TALK_CONTEXT,
    LEAVE_CONTEXT,
    CHECK_CONTEXT,
    VOICEMAIL_CONTEXT,
    VOICEMAILMAIN_CONTEXT,
    INFO_CONTEXT,
    SAYNAME_CONTEXT,
    PLAYMSG_CONTEXT,
    PROMPTS_CONTEXT,
    DOOR_CONTEXT,
    DOORBELL_CONTEXT,
    LAMP_CONTEXT,
    HINTS_CONTEXT,
    DOCTOR_CONTEXT,
)

ASKED = (
    ("priority", "${QUEUE_PRIO}"),
    ("rule", "${ARG4}"),
    ("rule", "${VMQ_RULE}"),
    ("position", "${ARG5}"),
    ("position", "${VMQ_POSITION}"),
    ("min_penalty", "${QUEUE_MIN_PENALTY}"),
    ("max_penalty", "${QUEUE_MAX_PENALTY}"),
    ("raise_penalty", "${QUEUE_RAISE_PENALTY}"),
    ("needs", "${VMQ_NEEDS}"),
    ("prefers", "${VMQ_PREFERS}"),
    ("prefers_s", "${VMQ_PREFERS_S}"),
    ("url", "${VMQ_URL}"),
)
"""What a caller's dialplan may ask for, by its name in AGI(); of two of one name the first that is set counts."""

_ADDRESS = re.compile(r"[A-Za-z0-9.:\[\]_-]+")

_TEXT = """\
; vmq's dialplan. Written by `vmq asterisk setup`, which overwrites changes. In extensions.conf write:
;   #include extensions_vmq.conf

; Gosub(vmq-queue,s,1(<queue>,<most seconds to wait, empty = the queue's own>,<priority, empty = QUEUE_PRIO>,
;   <penalty rule, empty = VMQ_RULE>,<place among those of his priority, empty = VMQ_POSITION>))
; What else the caller's channel asks for, as by Queue(): QUEUE_MIN_PENALTY, QUEUE_MAX_PENALTY, QUEUE_RAISE_PENALTY;
; and of vmq's own: VMQ_NEEDS (skills, `german>=5&technic`), VMQ_PREFERS and VMQ_PREFERS_S (an agent, and for how many
; seconds nobody else gets the caller), VMQ_URL. All are optional.
; On return QUEUESTATUS says why the caller is back, as after Queue(); CONTINUE after an answered call, and
; UNAVAILABLE when vmq stayed away for 120 tries, half a second apart. While vmq is away callers hear music, and
; VMQ_ENTERED keeps their place; who is transferred here by an agent enters anew. Also set, as by Queue():
; QUEUEPOSITION, QUEUEWAIT, ANSWEREDTIME and DIALEDTIME (each with _MS too), ABANDONED; after a talk MEMBERINTERFACE
; and MEMBERNAME. Where the queue says where the caller goes on (VMQ_NEXT), he is sent on from here: to another queue
; (at most five), to a mailbox (then QUEUESTATUS is VOICEMAIL on return), or to an extension, and never returns.
[vmq-queue]
exten => s,1,Set(VMQ_HOPS=0)
 same => n(enter),Set(VMQ_ENTERED=${STRFTIME(,,%s.%3q)})
 same => n,Set(VMQ_DONE=)
 same => n,Set(VMQ_NEXT=)
 same => n,Set(VMQ_TRIES=0)
 same => n,Set(QUEUESTATUS=)
 same => n(again),AGI(agi://@ADDRESS@/queue/${ARG1},${VMQ_ENTERED},${ARG2},${ARG3},@ASKED@)
 same => n,GotoIf($["${VMQ_DONE}" = "1"]?done)
 same => n,Set(VMQ_TRIES=$[${VMQ_TRIES} + 1])
 same => n,GotoIf($[${VMQ_TRIES} > 120]?lost)
 same => n,StartMusicOnHold()
 same => n,Wait(0.5)
 same => n,Goto(again)
 same => n(lost),Set(QUEUESTATUS=UNAVAILABLE)
 same => n(done),StopMusicOnHold()
 same => n,GotoIf($["${VMQ_NEXT}" = "queue"]?other)
 same => n,GotoIf($["${VMQ_NEXT}" = "extension"]?away)
 same => n,GotoIf($["${VMQ_NEXT}" != "mailbox"]?back)
 same => n,Set(QUEUESTATUS=VOICEMAIL)
 same => n,Gosub(vmq-leave,s,1(${VMQ_TO},u))
 same => n,Goto(back)
 same => n(other),Set(VMQ_HOPS=$[${VMQ_HOPS} + 1])
 same => n,GotoIf($[${VMQ_HOPS} > 5]?back)
 same => n,Set(ARG1=${VMQ_TO})
 same => n,Set(ARG5=)
 same => n,Set(VMQ_POSITION=)
 same => n,Goto(enter)
 same => n(away),StackPop()
 same => n,Goto(${VMQ_TO})
 same => n(back),Return()

; On the caller's channel, called by vmq: bridge it to the waiting agent leg, whose full channel name is ARG1.
; VMQ_SET are variables to set first, VMQ_RECORD the file to record the talk into; VMQ_FEATURES (tThHkKwW as for
; Queue(); a queue's own features win) may also be set before Gosub(vmq-queue,…).
; VMQ_DONE is set here, so that a call goes on after its talk even if vmq died meanwhile.
[vmq-connect]
exten => s,1,Set(VMQ_BRIDGE=)
 same => n,GotoIf($[${LEN(${VMQ_SET})} = 0]?record)
 same => n,MSet(${VMQ_SET})
 same => n(record),GotoIf($[${LEN(${VMQ_RECORD})} = 0]?join)
 same => n,MixMonitor(${VMQ_RECORD},b)
 same => n(join),StopMusicOnHold()
 same => n,Bridge(${ARG1},x${VMQ_FEATURES})
 same => n,Set(VMQ_BRIDGE=${BRIDGERESULT})
 same => n,GotoIf($[${LEN(${VMQ_RECORD})} = 0]?done)
 same => n,StopMixMonitor()
 same => n(done),ExecIf($["${BRIDGERESULT}" = "SUCCESS"]?Set(QUEUESTATUS=CONTINUE))
 same => n,ExecIf($["${BRIDGERESULT}" = "SUCCESS"]?Set(VMQ_DONE=1))
 same => n,Return()

; An agent's answered leg: vmq says whether the call is still his; if so he waits for the caller in a holding bridge.
; The leg was made with the caller's name and number, which the agent's telephone shows; from here on it has the
; agent's, so that the caller's telephone shows whom he talks with.
[vmq-agent]
exten => s,1,Set(VMQ_GO=)
 same => n,AGI(agi://@ADDRESS@/agent/${VMQ_OFFER},${VMQ_CONFIRM})
 same => n,GotoIf($["${VMQ_GO}" != "1"]?gone)
 same => n,Set(QEHOLDTIME=$[${EPOCH} - ${VMQ_ENTERED}])
 same => n,Set(CALLERID(num)=${VMQ_PEER})
 same => n,Set(CALLERID(name)=${MEMBERNAME})
 same => n,BridgeWait(vmq,participant,e(n)S(90))
 same => n(gone),Hangup()

; Who is called back and has answered: a key says that it is he, and he waits in his old place.
[vmq-callback]
exten => s,1,Set(VMQ_GO=)
 same => n,AGI(agi://@ADDRESS@/callback/${VMQ_CALLBACK})
 same => n,GotoIf($["${VMQ_GO}" != "1"]?gone)
 same => n,Gosub(vmq-queue,s,1(${VMQ_QUEUE}))
 same => n(gone),Hangup()

; Gosub(vmq-desk,s,1(<login, logout, pause, unpause or menu>)): an agent's feature codes.
[vmq-desk]
exten => s,1,Set(VMQ_TRIES=0)
 same => n(again),AGI(agi://@ADDRESS@/desk/${ARG1})
 same => n,GotoIf($["${AGISTATUS}" != "FAILURE"]?done)
 same => n,Set(VMQ_TRIES=$[${VMQ_TRIES} + 1])
 same => n,GotoIf($[${VMQ_TRIES} > 10]?done)
 same => n,Wait(0.5)
 same => n,Goto(again)
 same => n(done),Return()

; Where an agent's telephone that redirects (SIP 302) would carry the caller: nowhere. It counts as a refusal.
[vmq-forwarded]
exten => _X!,1,Hangup(21)
exten => _[a-zA-Z*#+_]!,1,Hangup(21)

; Who is in a talk beside its two parties, on a leg of their own: each ends with the channel VMQ_SPIED that it hears.
; A supervisor listens, and switches by key: 4 listen, 5 whisper to the agent, 6 barge in.
[vmq-talk]
exten => supervise,1,ChanSpy(${VMQ_SPIED},uqESd${VMQ_MODE})
 same => n,Hangup()
exten => record,1,MixMonitor(${VMQ_RECORD})
 same => n,ChanSpy(${VMQ_SPIED},uqES)
 same => n,Hangup()
exten => wait,1,Wait(86400)
 same => n,Hangup()
; music for a caller on hold
exten => music,1,ChanSpy(${VMQ_SPIED},uqESW)
 same => n,Hangup()
exten => play,1,MusicOnHold()
 same => n,Hangup()

; Gosub(vmq-leave,s,1(<mailbox, empty = found from the call>,<options: b busy, u unavailable, s no instructions,
; U urgent, o and a: the caller may leave with 0 and with *; further ones as in vmq-voicemail>)). VM_CATEGORY is kept
; with the message, and says it where it names a sound. On return VMSTATUS is
; SUCCESS, FAILED or USEREXIT; after USEREXIT, VMQ_EXIT is o (operator) or a: the dialplan goes on there. A caller whom
; vmq sends to a telephone (VMQ_EXIT is call) goes on in the context that the configuration names for it, and never
; returns.
[vmq-leave]
exten => s,1,Set(VMSTATUS=)
 same => n,Set(VMQ_EXIT=)
 same => n,Set(VMQ_TO=)
 same => n,Set(VMQ_TRIES=0)
 same => n(again),AGI(agi://@ADDRESS@/leave/${ARG1},${ARG2},${STACK_PEEK(1,e,1)},,"${VM_CATEGORY}")
 same => n,GotoIf($["${VMSTATUS}" != ""]?done)
 same => n,Set(VMQ_TRIES=$[${VMQ_TRIES} + 1])
 same => n,GotoIf($[${VMQ_TRIES} > 10]?lost)
 same => n,Wait(0.5)
 same => n,Goto(again)
 same => n(lost),Set(VMSTATUS=FAILED)
 same => n(done),GotoIf($["${VMQ_EXIT}" != "call"]?back)
 same => n,StackPop()
 same => n,Goto(${VMQ_TO})
 same => n(back),Return()

; Gosub(vmq-check,s,1(<mailbox, empty = the caller is asked>,<options: s no PIN, a: the owner may leave the log-in
; with *>)). On return VMQ_EXIT is a after that, else empty. An owner whom vmq sends to a telephone (VMQ_EXIT is call)
; goes on in the context that the configuration names for it, and never returns.
[vmq-check]
exten => s,1,Set(VMQ_EXIT=)
 same => n,Set(VMQ_TO=)
 same => n,Set(VMQ_TRIES=0)
 same => n(again),AGI(agi://@ADDRESS@/check/${ARG1},${ARG2},${STACK_PEEK(1,e,1)})
 same => n,GotoIf($["${AGISTATUS}" != "FAILURE"]?done)
 same => n,Set(VMQ_TRIES=$[${VMQ_TRIES} + 1])
 same => n,GotoIf($[${VMQ_TRIES} > 10]?done)
 same => n,Wait(0.5)
 same => n,Goto(again)
 same => n(done),GotoIf($["${VMQ_EXIT}" != "call"]?back)
 same => n,StackPop()
 same => n,Goto(${VMQ_TO})
 same => n(back),Return()

; Gosub(vmq-voicemail,s,1(<what stood in VoiceMail()>)): the same arguments mean the same. Mailboxes `1001@default&1002`
; (the context says nothing), options b u s S d(<context>) e t(<sound>) U P; g is passed over. Who presses 0 or * goes
; on at o or a of the context that called, if it has them, as with VoiceMail(); VM_CATEGORY is read, VMSTATUS and
; VM_MESSAGEFILE are set too.
[vmq-voicemail]
exten => s,1,Set(VMQ_AT=${STACK_PEEK(1,c,1)})
 same => n,Set(VMQ_O=${IF($[${DIALPLAN_EXISTS(${VMQ_AT},o,1)}]?o:)})
 same => n,Set(VMQ_A=${IF($[${DIALPLAN_EXISTS(${VMQ_AT},a,1)}]?a:)})
 same => n,Set(VMSTATUS=)
 same => n,Set(VMQ_EXIT=)
 same => n,Set(VMQ_TO=)
 same => n,Set(VMQ_TRIES=0)
 same => n(again),AGI(agi://@ADDRESS@/leave/${ARG1},${ARG2},${STACK_PEEK(1,e,1)},x${VMQ_O}${VMQ_A},"${VM_CATEGORY}")
 same => n,GotoIf($["${VMSTATUS}" != ""]?done)
 same => n,Set(VMQ_TRIES=$[${VMQ_TRIES} + 1])
 same => n,GotoIf($[${VMQ_TRIES} > 10]?lost)
 same => n,Wait(0.5)
 same => n,Goto(again)
 same => n(lost),Set(VMSTATUS=FAILED)
 same => n(done),GotoIf($["${VMQ_EXIT}" = ""]?back)
 same => n,GotoIf($["${VMQ_EXIT}" = "call"]?away)
 same => n,Set(VMQ_TO=${VMQ_AT},${VMQ_EXIT},1)
 same => n(away),StackPop()
 same => n,Goto(${VMQ_TO})
 same => n(back),Return()

; Gosub(vmq-voicemailmain,s,1(<what stood in VoiceMailMain()>)): the same arguments mean the same. Mailbox
; `1001@default`, options p s r a(<folder>); g is passed over. Who presses * instead of logging in goes on at a of the
; context that called, if it has that.
[vmq-voicemailmain]
exten => s,1,Set(VMQ_AT=${STACK_PEEK(1,c,1)})
 same => n,Set(VMQ_A=${IF($[${DIALPLAN_EXISTS(${VMQ_AT},a,1)}]?a:)})
 same => n,Set(VMQ_EXIT=)
 same => n,Set(VMQ_TO=)
 same => n,Set(VMQ_TRIES=0)
 same => n(again),AGI(agi://@ADDRESS@/check/${ARG1},${ARG2},${STACK_PEEK(1,e,1)},x${VMQ_A})
 same => n,GotoIf($["${AGISTATUS}" != "FAILURE"]?done)
 same => n,Set(VMQ_TRIES=$[${VMQ_TRIES} + 1])
 same => n,GotoIf($[${VMQ_TRIES} > 10]?done)
 same => n,Wait(0.5)
 same => n,Goto(again)
 same => n(done),GotoIf($["${VMQ_EXIT}" = ""]?back)
 same => n,GotoIf($["${VMQ_EXIT}" = "call"]?away)
 same => n,Set(VMQ_TO=${VMQ_AT},${VMQ_EXIT},1)
 same => n(away),StackPop()
 same => n,Goto(${VMQ_TO})
 same => n(back),Return()

; Gosub(vmq-vminfo,s,1(<mailboxes>,<exists, count, fullname, language or tz>,<folder>)): VM_INFO on return, as
; VM_INFO() gives it; count is of all the mailboxes, as by VMCOUNT().
[vmq-vminfo]
exten => s,1,Set(VM_INFO=)
 same => n,AGI(agi://@ADDRESS@/info/${ARG1},${ARG2},${ARG3})
 same => n,Return()

; Gosub(vmq-vmsayname,s,1(<mailbox>)): the name that its owner recorded, else its number. VMSTATUS is SUCCESS or FAILED.
[vmq-vmsayname]
exten => s,1,Set(VMSTATUS=FAILED)
 same => n,AGI(agi://@ADDRESS@/name/${ARG1})
 same => n,Return()

; Gosub(vmq-voicemailplaymsg,s,1(<mailbox>,<message id>)): VOICEMAIL_PLAYBACKSTATUS is SUCCESS or FAILED on return.
[vmq-voicemailplaymsg]
exten => s,1,Set(VOICEMAIL_PLAYBACKSTATUS=FAILED)
 same => n,AGI(agi://@ADDRESS@/message/${ARG1},${ARG2})
 same => n,Return()

; Gosub(vmq-prompts,s,1(<prompt set, empty = the one that speaks the channel's language>))
; An administrator records prompts; vmq asks for the PIN of [studio]. Keep it to extensions of your own all the same.
[vmq-prompts]
exten => s,1,AGI(agi://@ADDRESS@/prompts/${ARG1})
 same => n,Return()

; Gosub(vmq-door,s,1(<door>)): an attendant answers, keeps robots out, and puts people through. A caller who is put
; through to an extension goes on there and never returns; one put through to a queue or a mailbox returns afterwards
; (VMQ_DOOR is FRIEND or PUT_THROUGH). Who is not put through is hung up here. It returns with VMQ_DOOR=UNAVAILABLE when
; vmq stayed away, or has no such door: the dialplan rings somebody itself.
[vmq-door]
exten => s,1,Set(VMQ_DOOR=)
 same => n,Set(VMQ_NEXT=)
 same => n,Set(VMQ_TO=)
 same => n,Set(VMQ_TRIES=0)
 same => n(again),AGI(agi://@ADDRESS@/door/${ARG1})
 same => n,GotoIf($["${VMQ_DOOR}" != ""]?done)
 same => n,Set(VMQ_TRIES=$[${VMQ_TRIES} + 1])
 same => n,GotoIf($[${VMQ_TRIES} > 10]?lost)
 same => n,Wait(0.5)
 same => n,Goto(again)
 same => n(lost),Set(VMQ_DOOR=UNAVAILABLE)
 same => n(done),GotoIf($["${VMQ_NEXT}" = "extension"]?away)
 same => n,GotoIf($["${VMQ_NEXT}" = "queue"]?queue)
 same => n,GotoIf($["${VMQ_NEXT}" = "mailbox"]?mailbox)
 same => n,GotoIf($["${VMQ_DOOR}" = "UNAVAILABLE"]?back)
 same => n,Hangup(21)
 same => n(away),StackPop()
 same => n,Goto(${VMQ_TO})
 same => n(queue),Gosub(vmq-queue,s,1(${VMQ_TO}))
 same => n,Return()
 same => n(mailbox),Gosub(vmq-leave,s,1(${VMQ_TO},u))
 same => n(back),Return()

; Gosub(vmq-doorbell,s,1(<doorbell>)): a line without a keypad rings telephones. One that redirects (SIP 302) is left
; out (option i of Dial), so that no telephone's voice mail answers the door. Never returns, but when vmq stayed away
; or has no such doorbell: then the dialplan rings somebody itself.
[vmq-doorbell]
exten => s,1,Set(VMQ_BELL=)
 same => n,Set(VMQ_TRIES=0)
 same => n(again),AGI(agi://@ADDRESS@/doorbell/${ARG1},ring)
 same => n,GotoIf($["${VMQ_BELL}" != ""]?known)
 same => n,Set(VMQ_TRIES=$[${VMQ_TRIES} + 1])
 same => n,GotoIf($[${VMQ_TRIES} > 10]?back)
 same => n,Wait(0.5)
 same => n,Goto(again)
 same => n(known),GotoIf($["${VMQ_BELL}" != "ring"]?back)
 same => n,Dial(${VMQ_DIAL},${VMQ_RING_S},i)
 same => n,GotoIf($["${DIALSTATUS}" = "ANSWER"]?end)
 same => n,AGI(agi://@ADDRESS@/doorbell/${ARG1},nobody)
 same => n(end),Hangup()
 same => n(back),Return()

; Message lamps, where Asterisk has no MWIUpdate: vmq originates Local/s@vmq-lamp with these variables.
[vmq-lamp]
exten => s,1,MinivmMWI(${VMQ_BOX},${VMQ_URGENT},${VMQ_NEW},${VMQ_OLD})
 same => n,Hangup()

; Lamps of queues and agents, for keys of telephones: write include => vmq-hints into the context where they subscribe,
; and let a key watch vmq_queue_<queue>, vmq_queue_<queue>_avail, vmq_<agent>_status, vmq_<agent>_pause or
; vmq_<agent>_pause_<queue>. Where keys must be numbers: exten => *45,hint,Custom:vmq_queue_support
[vmq-hints]
exten => _vmq_.,hint,Custom:${EXTEN}

; `vmq doctor` looks through Asterisk's eyes: can it write to a folder, see a file, reach vmq?
[vmq-doctor]
exten => write,1,Set(FILE(${VMQ_FOLDER}/vmq-doctor.txt)=${VMQ_PROBE})
 same => n,Hangup()
exten => see,1,Set(GLOBAL(VMQ_SEEN)=${STAT(e,${VMQ_FILE})})
 same => n,Hangup()
exten => call,1,AGI(agi://@ADDRESS@/doctor)
 same => n,Set(GLOBAL(VMQ_SEEN)=${AGISTATUS})
 same => n,Hangup()
"""


def next_stop(text: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """VMQ_NEXT and VMQ_TO for where a caller goes on: `queue:<name>`, `mailbox:<number>`, `extension:<exten>@<context>`
    (VMQ_TO is then what Goto() takes). Both are empty for anything else, and the caller returns."""
    kind, _, target = text.partition(":")
    if kind == "extension" and target:
        exten, _, context = target.partition("@")
        target = f"{context or 'default'},{exten},1"
    known = kind in ("queue", "mailbox", "extension") and bool(target)
    return ("VMQ_NEXT", kind if known else ""), ("VMQ_TO", target if known else "")


def dialplan_text(agi_address: str) -> str:
    """The text of extensions_vmq.conf. `agi_address`: host or host:port of vmq's FastAGI server, as Asterisk dials it.

    Raises ConfigError when the address holds anything that can't stand in a dialplan line.
    """
    if not _ADDRESS.fullmatch(agi_address):
        raise ConfigError(f"agi.address: {agi_address!r} is no host:port; write e.g. 10.0.0.5:4573")
    asked = ",".join(f'"{name}={value}"' for name, value in ASKED)
    return _TEXT.replace("@ADDRESS@", agi_address).replace("@ASKED@", asked)
