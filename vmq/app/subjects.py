"""The subjects whose flows packs may hold: a new one is added here, and its entries can be written at once."""

from __future__ import annotations

from vmq.attendant.vocabulary import ATTENDANT
from vmq.dialogue.vocabulary import Vocabulary
from vmq.queue_voice.vocabulary import QUEUE_VOICE
from vmq.studio.vocabulary import STUDIO
from vmq.voicemail.vocabulary import VOICEMAIL

SUBJECTS: tuple[Vocabulary, ...] = (VOICEMAIL, QUEUE_VOICE, STUDIO, ATTENDANT)
