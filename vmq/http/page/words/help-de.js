// The words of the help in German.

export default {
  "help.title": "Befehle",
  "help.what": "Jeder ist ein Befehl der Kommandozeile, der HTTP-API und des Python-Clients. Die ganze API, als OpenAPI:",
  "help.find": "Suchen",
  "help.none": "Kein Befehl sagt das.",
  "help.line": "Kommandozeile und Adresse von {words}",
  "help.needed": "nötig",
  "help.not-allowed": "Sie dürfen das nicht: Es ist für {right}.",
  "help.right.agent": "Agenten",
  "help.right.supervise": "Supervisoren",
  "help.right.administer": "Administratoren",
  "help.right.monitor": "Programme, die überwachen",
  "help.example": "z. B. {value}",
};
