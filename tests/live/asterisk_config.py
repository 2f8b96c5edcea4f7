"""The configuration of one private Asterisk, as text: ports and folders in, file name -> content out.

Small on purpose: only the modules a call, a queue call and a voicemail call need, so that it boots in about a second.
Every file ends by including all of `hooks/<same name>/`: the place for what `vmq asterisk setup` writes and for what
one test needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

#: The user of the lab itself; vmq has a user of its own, in a hook.
LAB_USER, LAB_SECRET = "lab", "lab-secret"
#: The mailbox context that the telephones' lamps watch.
MAILBOX_CONTEXT = "vmq"

_MODULES = """
app_bridgeaddchan app_bridgewait app_chanspy app_dial app_echo app_exec app_minivm app_mixmonitor
app_originate app_playback app_playtones app_read app_record app_sayunixtime app_senddtmf app_stack
app_system app_transfer app_userevent app_verbose app_while bridge_builtin_features
bridge_builtin_interval_features bridge_holding bridge_native_rtp bridge_simple bridge_softmix chan_pjsip
codec_alaw codec_gsm codec_ulaw codec_resample format_gsm format_pcm format_sln format_wav func_callerid
func_channel func_cut func_db func_devstate func_dialplan func_env func_global func_hangupcause
func_logic func_math func_pjsip_aor func_pjsip_contact func_pjsip_endpoint func_strings func_timeout
pbx_config res_agi res_crypto res_http_websocket res_manager_devicestate res_musiconhold res_mutestream res_mwi_devstate
res_pjproject res_pjsip res_pjsip_authenticator_digest res_pjsip_caller_id res_pjsip_diversion res_pjsip_dtmf_info
res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user res_pjsip_exten_state
res_pjsip_header_funcs res_pjsip_mwi res_pjsip_mwi_body_generator res_pjsip_notify
res_pjsip_outbound_publish res_pjsip_path res_pjsip_pubsub res_pjsip_refer res_pjsip_registrar
res_pjsip_rfc3326 res_pjsip_sdp_rtp res_pjsip_session res_rtp_asterisk res_sorcery_astdb
res_pjsip_transport_websocket res_sorcery_config res_sorcery_memory res_speech res_srtp res_timing_timerfd
"""


@dataclass(frozen=True, slots=True)
class Ports:
    """Ports on 127.0.0.1. RTP takes any of `rtp_first`..`rtp_last`; `trunk` is where the trunk's far end listens."""

    ami: int
    sip: int
    trunk: int
    rtp_first: int
    rtp_last: int


def files(
    folder: PurePosixPath,
    ports: Ports,
    telephones: tuple[str, ...],
    *,
    module_folder: str,
    data_folder: str,
    extra_modules: tuple[str, ...],
) -> dict[str, str]:
    """All configuration files by name, for an Asterisk that sees its session folder as `folder`."""
    plain = {
        "asterisk.conf": _asterisk(folder, module_folder, data_folder),
        "modules.conf": _modules(extra_modules),
        "logger.conf": "[general]\ndateformat=%F %T.%3q\n[logfiles]\nfull => notice,warning,error,verbose(3),dtmf\n",
        "manager.conf": _manager(ports.ami),
        "extensions.conf": _extensions(telephones),
        "pjsip.conf": _pjsip(ports, telephones),
        "rtp.conf": f"[general]\nrtpstart={ports.rtp_first}\nrtpend={ports.rtp_last}\nstrictrtp=no\n",
        "musiconhold.conf": f"[default]\nmode=files\ndirectory={folder}/moh\n",
        "minivm.conf": "[general]\nformat=wav\n",
        "indications.conf": "[general]\ncountry=us\n[us]\nringcadence=2000,4000\ndial=350+440\n",
        "cdr.conf": "[general]\nenable=no\n",
        "cel.conf": "[general]\nenable=no\n",
        "http.conf": "[general]\nenabled=no\n",
        "queues.conf": "[general]\npersistentmembers=yes\n",
        "features.conf": "[featuremap]\natxfer => *2\n",
        "voicemail.conf": "[general]\nformat=wav\n",
    }
    empty = ("acl", "ccss", "pjproject", "pjsip_notify", "sorcery", "stasis", "udptl")
    plain |= {f"{name}.conf": "" for name in empty}
    return {name: f'{text}\n#tryinclude "hooks/{name}/*.conf"\n' for name, text in plain.items()}


def _asterisk(folder: PurePosixPath, module_folder: str, data_folder: str) -> str:
    return f"""[directories]
astetcdir => {folder}/etc
astmoddir => {module_folder}
astdatadir => {data_folder}
astvarlibdir => {folder}/lib
astcachedir => {folder}/lib
astdbdir => {folder}/db
astkeydir => {folder}/lib
astagidir => {folder}/lib
astspooldir => {folder}/spool
astrundir => {folder}/run
astlogdir => {folder}/log
[options]
defaultlanguage=en
hideconnect=yes
"""


def _modules(extra: tuple[str, ...]) -> str:
    lines = "".join(f"load={name}.so\n" for name in (*_MODULES.split(), *extra))
    return f"[modules]\nautoload=no\n{lines}"


def _manager(port: int) -> str:
    return f"""[general]
enabled=yes
bindaddr=127.0.0.1
port={port}
displayconnects=no
timestampevents=yes
[{LAB_USER}]
secret={LAB_SECRET}
read=all
write=all
writetimeout=5000
"""


def _extensions(telephones: tuple[str, ...]) -> str:
    """Any telephone can dial any other; a test adds its own to this context by a hook that says `[phones](+)`.

    `lamp` answers after it has published, so that the OriginateResponse of the Local channel tells success.
    """
    dials = "".join(f"exten => {number},1,Dial(PJSIP/{number},30)\n" for number in telephones)
    return f"""[general]
static=yes
[phones]
{dials}
[from-trunk]
include => phones
[lamp]
exten => _X.,1,MinivmMWI(${{EXTEN}}@{MAILBOX_CONTEXT},${{URGENT}},${{NEW}},${{OLD}})
 same => n,Answer()
 same => n,Hangup()
"""


def _pjsip(ports: Ports, telephones: tuple[str, ...]) -> str:
    return f"""[global]
type=global
endpoint_identifier_order=username,ip
[transport]
type=transport
protocol=udp
bind=127.0.0.1:{ports.sip}
{"".join(_telephone(number) for number in telephones)}
[trunk]
type=endpoint
context=from-trunk
aors=trunk
allow=!all,ulaw
direct_media=no
media_address=127.0.0.1
bind_rtp_to_media_address=yes
device_state_busy_at=0
[trunk]
type=aor
contact=sip:trunk@127.0.0.1:{ports.trunk}
[trunk]
type=identify
endpoint=trunk
match=127.0.0.1
"""


def _telephone(number: str) -> str:
    """A telephone that asks for its lamp (SUBSCRIBE, by its AOR's mailbox) and may hold one call."""
    return f"""
[{number}]
type=endpoint
context=phones
aors={number}
allow=!all,ulaw
direct_media=no
media_address=127.0.0.1
bind_rtp_to_media_address=yes
device_state_busy_at=1
callerid=Telephone {number} <{number}>
[{number}]
type=aor
max_contacts=1
remove_existing=yes
mailboxes={number}@{MAILBOX_CONTEXT}
"""
