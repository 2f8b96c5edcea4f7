// On an agent's desk: his telephone in this browser. One on the real Asterisk comes by itself where it was wanted before.
import { leave, useCurrentLine, useLine } from "./dock.js";
import { use } from "./room.js";
import { SipLine } from "./sip.js";
import { useSession } from "../live/use.js";
import { say } from "../parts/act.js";
import { html } from "../parts/html.js";
import { useEffect } from "../vendor/hooks.js";
import { t } from "../words/words.js";

const WANTED = "vmq-telephone";

/** Nothing for who has no telephone here. */
export default function DeskTelephone({ agent }) {
  const { telephone, agent: own } = useSession();
  const line = useCurrentLine();
  const standIn = telephone.stand_in.find((each) => each.agents.includes(agent.name));
  const hasAccount = telephone.has_account && own === agent.name;
  useEffect(() => {
    if (hasAccount && !line && localStorage.getItem(WANTED)) register();
  }, []);
  if (!standIn && !hasAccount) return null;
  const begin = () => (hasAccount ? register() : use(standIn));
  const isHere = line && (hasAccount || line.number === standIn.number);
  return html`
    <section class="card" aria-labelledby="telephone-here"><h2 id="telephone-here">${t("telephone.here")}</h2>
      <p class="soft">${t(isHere ? "telephone.here.yes" : "telephone.here.no")}</p>
      <p><button onClick=${isHere ? stop : begin}>${isHere ? t("telephone.leave") : t("telephone.here.use")}</button></p></section>`;
}

async function register() {
  localStorage.setItem(WANTED, "yes");
  try {
    await useLine(new SipLine());
  } catch (problem) {
    say(problem.message || t("problem.network"), "failure");
  }
}

function stop() {
  localStorage.removeItem(WANTED);
  leave();
}
