import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../api/client";

/** As many as one page of the list holds. */
export const MOST = 500;

type Task = { readonly dagId: string; readonly runId: string; readonly taskId: string };

/**
 * Attempts of a task in one DAG run: all map indices, all tries. Of a task that is mapped so often that they are more
 * than a page, the newest ones, and all of one map index: of the one that is asked for, or of the first.
 */
export const useAttempts = ({ dagId, runId, taskId }: Task, mapIndex: number | null) => {
  const list = (index?: number) => ({
    queryKey: ["runs", dagId, runId, taskId, index ?? null],
    queryFn: () =>
      unwrap(
        client.GET("/api/v2/runs", {
          params: { query: { dag_id: dagId, run_id: runId, task_id: taskId, map_index: index, limit: MOST } },
        }),
      ),
  });
  const newest = useQuery(list());
  const isWhole = newest.data?.next_cursor === null;
  const listed = newest.data?.runs.map(({ run }) => run) ?? [];
  const index = mapIndex ?? Math.min(...listed.map((run) => run.map_index));
  const isPart = newest.data !== undefined && !isWhole && listed.length > 0;
  const own = useQuery({ ...list(index), enabled: isPart });
  const others = listed.filter((run) => run.map_index !== index);
  const whole = isPart ? own.data && [...others, ...own.data.runs.map(({ run }) => run)] : listed;
  return {
    runs: newest.data && whole,
    isWhole,
    error: newest.error ?? own.error,
    refetch: () => void (newest.error ? newest : own).refetch(),
  };
};
