import { useQueries } from "@tanstack/react-query";

import { readImpact } from "../api/readImpact";
import { nodeStates, type NodeState } from "./model/nodeState";
import type { GraphState } from "./model/urlState";

/** As many as one page of the list holds. */
const MOST = 500;

/** How the newest run of each node ended, by node; asked for after the graph, which does not wait for it. */
export const useLastStates = ({ node, depth, asOf, level, open }: GraphState, isReady: boolean): ReadonlyMap<string, NodeState> => {
  const asked = [
    { root: node ?? "", direction: "upstream" as const, depth },
    { root: node ?? "", direction: "downstream" as const, depth },
    ...[...new Set(open)].map((side) => ({
      root: side.slice(side.indexOf(":") + 1),
      direction: side.startsWith("up:") ? ("upstream" as const) : ("downstream" as const),
      depth: 1,
    })),
  ];
  return useQueries({
    queries: asked.map(({ root, direction, depth: steps }) => {
      // The list walks over tasks; a table is two of its steps away from the next one.
      const far = level === "task" ? steps : 2 * steps;
      return {
        queryKey: ["states", root, direction, far, asOf],
        queryFn: () =>
          readImpact({ nodeId: root, direction, depth: far, limit: MOST, ...(asOf === null ? {} : { as_of: asOf }) }),
        enabled: isReady && level !== "run" && !root.startsWith("dag:") && !root.startsWith("masked:"),
      };
    }),
    combine: (results) => nodeStates(node, results.map(({ data }) => data?.items)),
  });
};
