// The words of playing and recording in German.

export default {
  "sound.play": "Abspielen",
  "sound.pause": "Anhalten",
  "sound.place": "Stelle in der Aufnahme",
  "sound.speed": "Tempo",
  "record.begin": "Aufnehmen",
  "record.again": "Noch einmal aufnehmen",
  "record.end": "Aufnahme beenden",
  "record.file": "oder eine WAV-Datei",
  "record.listen": "Was aufgenommen wurde",
  "record.refused": "Das Mikrofon ist nicht zu benutzen: Der Browser darf es nicht, oder es gibt keines.",
  "record.insecure": "Browser geben das Mikrofon nur Seiten, die über https oder von diesem Rechner kommen.",
  "record.empty": "Es war nichts aufzunehmen; versuchen Sie es noch einmal.",
};
