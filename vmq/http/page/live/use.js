// Hooks: a component shows what it selects from the store, and is drawn again when that is another object.
import { createContext } from "../vendor/preact.js";
import { useContext, useEffect, useReducer, useRef } from "../vendor/hooks.js";

export const Live = createContext(null);

/** The store of the page. */
export const useStore = () => useContext(Live).store;

/** The session of the page. */
export const useSession = () => useContext(Live).session;

/** What `select` makes of the store's state. */
export function useLive(select) {
  const store = useStore();
  const [, redraw] = useReducer((count) => count + 1, 0);
  const last = useRef();
  last.current = select(store.state);
  const chosen = useRef(select);
  chosen.current = select;
  useEffect(() => store.subscribe((state) => {
    if (!Object.is(chosen.current(state), last.current)) redraw();
  }), [store]);
  return last.current;
}
