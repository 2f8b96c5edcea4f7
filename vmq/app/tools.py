"""What the command line's tools for administrators do, as functions that return data: setup and doctor."""

from __future__ import annotations

from pathlib import Path

from vmq.app.facade import facade_users
from vmq.app.outgoing import mail_problems, mail_settings
from vmq.app.settings import agi_address, link_settings
from vmq.app.telephones import web_telephones
from vmq.asterisk import doctor, setup
from vmq.asterisk.facade.users import manager_users
from vmq.config.file import ConfigFile
from vmq.config.model import Config
from vmq.errors import ConfigError, DeliveryError
from vmq.mail.smtp import greet
from vmq.resources import shipped


def set_up_asterisk(config: Config, file: Path | None, folder: Path, vmq_host: str) -> list[str]:
    """Write the files for Asterisk; a secret that isn't configured yet is made, and written to `file`.

    Returns what was done and what is to do, line by line. Raises ConfigError.
    """
    known = config.asterisk.secret.get_secret_value()
    secret = known or setup.written_secret(folder) or setup.new_secret()
    user, address = config.asterisk.user, agi_address(config, config.agi.port)
    others = manager_users(user, secret, facade_users(config))
    is_secure = config.web_telephone.server.startswith("wss")
    settings = setup.SetupSettings(user, secret, vmq_host, address, others, web_telephones(config), is_secure)
    lines = setup.write(folder, settings)
    if known:
        return lines
    if file is None:
        return [*lines, f'write to your configuration: [asterisk] secret = "{secret}"']
    ConfigFile(file, {}).set_value("asterisk", "secret", secret)
    return [*lines, f"wrote asterisk.secret to {file}"]


async def examine(config: Config) -> list[doctor.Finding]:
    """Look at the configured Asterisk and at the mail server. Raises ConfigError when no Asterisk is configured."""
    return [*await examine_asterisk(config), *await examine_mail(config)]


async def examine_mail(config: Config) -> list[doctor.Finding]:
    """Look at the mail server, when one is configured, and at what mail is to be made of."""
    findings = [doctor.Finding("mail", False, problem, "see docs/mail.md") for problem in mail_problems(config)]
    settings = mail_settings(config)
    if not settings.host:
        return findings
    try:
        await greet(settings)
    except DeliveryError as error:
        advice = "check [mail] host, port, tls, user and password, and that the server lets this machine in"
        return [doctor.Finding("mail server", False, str(error), advice), *findings]
    return [doctor.Finding("mail server", True, f"{settings.host}:{settings.port} lets us in"), *findings]


async def examine_asterisk(config: Config) -> list[doctor.Finding]:
    """Look at the configured Asterisk. Raises ConfigError when none is configured."""
    if config.uses_stand_in:
        raise ConfigError("asterisk.secret: is not set, so there is no Asterisk to look at; run `vmq asterisk setup`")
    paths = config.paths
    recordings, prompts = paths.recordings_folder, shipped("prompts")
    return await doctor.examine(
        doctor.Patient(
            link=link_settings(config),
            agi_address=agi_address(config, config.agi.port),
            folders=(
                doctor.SharedFolder(
                    name="recordings",
                    folder=recordings,
                    as_asterisk=paths.recordings_asterisk or str(recordings),
                    setting="paths.recordings_asterisk",
                    is_written=True,
                ),
                doctor.SharedFolder(
                    name="prompts",
                    folder=prompts,
                    as_asterisk=paths.prompts_asterisk or str(prompts),
                    setting="paths.prompts_asterisk",
                ),
            ),
            sounds=(f"{paths.prompts_asterisk or prompts}/en-house/vm-intro.wav",),
        )
    )
