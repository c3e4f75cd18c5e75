import { useQueries } from "@tanstack/react-query";

import { client, unwrap } from "../api/client";
import type { Schema } from "../api/types";
import type { GraphState } from "./model/urlState";

/** As many as one page of the list holds. */
const MOST = 500;

/** How the newest run of each node ended, by node; asked for after the graph, which does not wait for it. */
export const useLastStates = ({ node, depth, asOf, level, open }: GraphState, isReady: boolean): ReadonlyMap<string, string> => {
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
        // As JSON: the route has a form for spreadsheets too.
        queryFn: (): Promise<Schema<"ImpactAnswer">> =>
          unwrap(
            client.GET("/api/v2/impact", {
              params: {
                query: { nodeId: root, direction, depth: far, limit: MOST, ...(asOf === null ? {} : { as_of: asOf }) },
              },
            }) as Promise<{ data?: Schema<"ImpactAnswer">; response: Response }>,
          ),
        enabled: isReady && level !== "run" && !root.startsWith("dag:") && !root.startsWith("masked:"),
      };
    }),
    combine: (results) => {
      const states = new Map<string, string>();
      for (const { data } of results) {
        for (const item of data?.items ?? []) {
          if (item.status === "unknown") continue;
          states.set(item.id, item.status === "late" ? "late" : (item.last_run?.state ?? item.status));
          if (item.dag_id) worsen(states, `dag:${item.namespace}:${item.dag_id}`, item.status);
        }
      }
      // The list leaves out what it starts from; a dataset is as the jobs that write it.
      const [upstream] = results;
      if (node?.startsWith("dataset:")) {
        for (const item of upstream?.data?.items ?? []) {
          if (item.distance === 1 && item.status !== "unknown") worsen(states, node, item.status);
        }
      }
      return states;
    },
  });
};

const FROM_BAD = ["failed", "late", "running", "ok"];

/** A DAG is as its worst task. */
const worsen = (states: Map<string, string>, id: string, state: string): void => {
  const before = states.get(id);
  if (before === undefined || FROM_BAD.indexOf(state) < FROM_BAD.indexOf(before)) states.set(id, state);
};
