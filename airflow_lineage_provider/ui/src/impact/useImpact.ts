import { useQueries } from "@tanstack/react-query";

import { client, unwrap } from "../api/client";
import { readImpact } from "../api/readImpact";
import type { Schema } from "../api/types";
import { usePaged } from "../ui/usePaged";
import { dagsOf } from "./degrees";

export type Direction = "upstream" | "downstream";
type Items = readonly Schema<"ImpactItem">[];

const PAGE = 200;

/** Items on the way from a node. */
export const useImpact = (node: string, direction: Direction) =>
  usePaged(
    ["impact", node, direction],
    (cursor) => readImpact({ nodeId: node, direction, limit: PAGE, cursor }),
    (page) => page.items,
  );

/** As many names as an address has room for. */
const MOST_DAGS = 100;

export type NextRuns = {
  readonly next: ReadonlyMap<string, Schema<"NextRun">>;
  readonly error: Error | null;
  readonly retry: () => void;
};

/** When the DAGs of a list run next, by their id; `pages` is the list as it was loaded. */
export const useNextRuns = (pages: readonly Items[]): NextRuns =>
  useQueries({
    queries: questionsOf(pages).map((asked) => ({
      queryKey: ["next-runs", asked],
      queryFn: () => unwrap(client.GET("/api/v2/dags/next-runs", { params: { query: { dag_id: asked } } })),
    })),
    combine: (results) => ({
      next: new Map(results.flatMap(({ data }) => (data?.dags ?? []).map((dag) => [dag.dag_id, dag] as const))),
      error: results.find(({ error }) => error)?.error ?? null,
      retry: () => results.forEach(({ error, refetch }) => error && void refetch()),
    }),
  });

/** The DAGs of each page that none before had, in parts: what was asked stays asked when a page is added. */
export const questionsOf = (pages: readonly Items[]): string[][] => {
  const known = new Set<string>();
  return pages.flatMap((items) => {
    const others = dagsOf(items).filter((dag) => !known.has(dag));
    for (const dag of others) known.add(dag);
    return Array.from({ length: Math.ceil(others.length / MOST_DAGS) }, (_, part) =>
      others.slice(part * MOST_DAGS, (part + 1) * MOST_DAGS),
    );
  });
};
