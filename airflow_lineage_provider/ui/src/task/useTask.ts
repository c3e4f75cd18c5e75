import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../api/client";
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
    queryFn: async () => {
      // Asked for first: to compare with nothing would be an error.
      const { runs } = await unwrap(client.GET("/api/v2/runs", { params: { query: earlierOf(run) } }));
      if (!runs.some((listed) => isBefore(listed.run, run))) return null;
      return unwrap(client.GET("/api/v2/runs/{run}/diff", { params: { path: { run: String(run.id) } } }));
    },
    retry: false,
  });

const earlierOf = ({ dag_id, task_id, job_namespace, job_name, started_at, recorded_at }: Schema<"Run">) => ({
  ...(dag_id && task_id ? { dag_id, task_id } : { job: `job:${job_namespace}:${job_name}` }),
  until: started_at ?? recorded_at,
  limit: 100,
});

const isBefore = (other: Schema<"Run">, { id, map_index }: Schema<"Run">): boolean =>
  other.id !== id && other.map_index === map_index;

/** What stands right beside a task in the graph. */
export const useTaskGraph = (namespace: string | undefined, name: string | undefined) =>
  useQuery({
    queryKey: ["task", "graph", namespace, name],
    queryFn: () =>
      unwrap(
        client.GET("/api/v2/graph", {
          params: { query: { namespace, name, type: "job", granularity: "task", depth: 2, max_nodes: 200 } },
        }),
      ),
    enabled: namespace !== undefined && name !== undefined,
  });
