// The agent's telephone in this browser, which comes with its words only where there is one.
import { useSession } from "../live/use.js";
import { html } from "../parts/html.js";
import { useEffect, useState } from "../vendor/hooks.js";
import { addWords } from "../words/words.js";

export function Telephone({ agent }) {
  const { telephone } = useSession();
  const [found, setFound] = useState({});
  const isWanted = telephone && (telephone.has_account || telephone.stand_in.length > 0);
  useEffect(() => {
    if (!isWanted) return;
    Promise.all([import("../telephone/desk.js"), addWords("telephone")]).then(([module]) => setFound({ component: module.default }), () => {});
  }, []);
  return found.component ? html`<${found.component} agent=${agent} />` : null;
}
