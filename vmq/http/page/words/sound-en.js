// The words of playing and recording in English.

export default {
  "sound.play": "Play",
  "sound.pause": "Pause",
  "sound.place": "Place in the recording",
  "sound.speed": "Speed",
  "record.begin": "Record",
  "record.again": "Record again",
  "record.end": "Stop recording",
  "record.file": "or a WAV file",
  "record.listen": "What was recorded",
  "record.refused": "The microphone can't be used: the browser was not allowed to, or there is none.",
  "record.insecure": "Browsers give the microphone only to pages that come by https or from this machine.",
  "record.empty": "Nothing could be recorded; try again.",
};
