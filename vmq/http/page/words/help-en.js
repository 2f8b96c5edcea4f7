// The words of the help in English.

export default {
  "help.title": "Commands",
  "help.what": "Each is a command of the command line, of the HTTP API and of the Python client. The whole API, as OpenAPI:",
  "help.find": "Find",
  "help.none": "No command says that.",
  "help.line": "The command line and the address of {words}",
  "help.needed": "needed",
  "help.not-allowed": "You may not: it is for {right}.",
  "help.right.agent": "agents",
  "help.right.supervise": "supervisors",
  "help.right.administer": "administrators",
  "help.right.monitor": "programs that watch",
  "help.example": "e.g. {value}",
};
