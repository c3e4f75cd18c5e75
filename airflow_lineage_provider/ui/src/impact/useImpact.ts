import { useQuery } from "@tanstack/react-query";

import type { Schema } from "../api/types";
import { ask, type NextRun } from "../api/ask";
import { usePaged } from "../ui/usePaged";

export type Direction = "upstream" | "downstream";

const PAGE = 200;

/** Items on the way from a node. */
export const useImpact = (node: string, direction: Direction) =>
  usePaged(
    ["impact", node, direction],
    (cursor) =>
      ask<Schema<"ImpactAnswer">>("/impact", { nodeId: node, direction, limit: PAGE, cursor }).then((page) => ({
        ...page,
        // The server leaves out what is null.
        next_cursor: page.next_cursor ?? null,
      })),
    (page) => page.items,
  );

const MOST_DAGS = 200;

/** When DAGs run next, by their id. Empty where the server does not tell. */
export const useNextRuns = (dagIds: readonly string[]) => {
  const asked = dagIds.slice(0, MOST_DAGS);
  const { data } = useQuery({
    queryKey: ["next-runs", asked],
    queryFn: () => ask<{ dags: readonly NextRun[] }>("/dags/next-runs", { dag_id: asked }),
    enabled: asked.length > 0,
    retry: false,
  });
  return new Map((data?.dags ?? []).map((dag) => [dag.dag_id, dag]));
};
