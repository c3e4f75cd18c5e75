import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../api/client";
import { orNull } from "../api/orNull";

/** Two steps to each side: datasets, and the DAGs behind them. */
const DEPTH = 2;
const MOST_NODES = 200;

/** The graph around a DAG, `null` before anything is recorded of it. */
export const useDagGraph = (dagId: string) =>
  useQuery({
    queryKey: ["dag", "graph", dagId],
    queryFn: async () => {
      // The namespace of its jobs is known by any run.
      const { runs } = await unwrap(client.GET("/api/v2/runs", { params: { query: { dag_id: dagId, limit: 1 } } }));
      const run = runs[0]?.run;
      if (run === undefined) return null;
      return unwrap(
        client.GET("/api/v2/graph", {
          params: {
            query: {
              namespace: run.job_namespace,
              name: dagId,
              type: "dag",
              granularity: "dag",
              depth: DEPTH,
              max_nodes: MOST_NODES,
            },
          },
        }),
      );
    },
  });

/** What the gates know of a DAG; `null` where they know nothing. */
export const useGate = (dagId: string) =>
  useQuery({
    queryKey: ["gate", dagId],
    queryFn: () => orNull(unwrap(client.GET("/api/v2/gates/{dag_id}", { params: { path: { dag_id: dagId } } }))),
  });

export const useVerdicts = (dagId: string, runId?: string) =>
  useQuery({
    queryKey: ["verdicts", dagId, runId],
    queryFn: () =>
      unwrap(client.GET("/api/v2/verdicts", { params: { query: { dag_id: dagId, run_id: runId, limit: 20 } } })),
  });
