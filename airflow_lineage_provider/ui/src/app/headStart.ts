import { send } from "../api/authFetch";
import { lineageBase } from "../api/base";
import { putEarly } from "../api/early";
import { firstQuestion, queryOf } from "../graph/model/question";
import { stateOf } from "../graph/model/urlState";

const PAGES = /\/(plugin\/lineage|lineage\/page)\/?$/;

/**
 * Where the address is that of a graph, ask for it and its code at once: the code that knows what to ask is loaded
 * by that which is loaded first.
 */
export const headStart = (loadGraph: () => Promise<unknown>): void => {
  const { origin, pathname, search } = window.location;
  const query = new URLSearchParams(search);
  if (!PAGES.test(pathname) || (query.get("view") ?? "graph") !== "graph") return;
  // What fails here fails again where somebody sees it.
  loadGraph().catch(() => undefined);
  const state = stateOf(query);
  if (state.node === null || state.node.startsWith("column:")) return;
  const asked = Object.entries(queryOf(firstQuestion({ ...state, node: state.node })));
  const request = new Request(
    `${origin}${lineageBase()}/api/v2/graph?${new URLSearchParams(asked.map(([name, value]) => [name, String(value)]))}`,
    { headers: { Accept: "application/json" } },
  );
  putEarly(request, send(request));
};
