import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../api/client";
import { orNull } from "../api/orNull";
import type { Schema } from "../api/types";

/** The newest runs of a task. */
export const useTaskRuns = (dagId: string, taskId: string) =>
  useQuery({
    queryKey: ["runs", dagId, taskId],
    queryFn: () =>
      unwrap(client.GET("/api/v2/runs", { params: { query: { dag_id: dagId, task_id: taskId, limit: 25 } } })),
  });

export const useRun = (id: number) =>
  useQuery({
    queryKey: ["run", id],
    queryFn: () => unwrap(client.GET("/api/v2/runs/{run}", { params: { path: { run: String(id) } } })),
  });

/** What a run did otherwise than the one before; `null` where there is none before. */
export const useRunDiff = (run: Schema<"Run">) =>
  useQuery({
    queryKey: ["run", run.id, "diff"],
    queryFn: () =>
      orNull(unwrap(client.GET("/api/v2/runs/{run}/diff", { params: { path: { run: String(run.id) } } }))),
  });

/** What stands right beside a task in the graph; `null` where it touched nothing so far. */
export const useTaskGraph = (namespace: string, name: string) =>
  useQuery({
    queryKey: ["task", "graph", namespace, name],
    queryFn: () =>
      orNull(
        unwrap(
          client.GET("/api/v2/graph", {
            params: { query: { namespace, name, type: "job", granularity: "task", depth: 2, max_nodes: 200 } },
          }),
        ),
      ),
  });
