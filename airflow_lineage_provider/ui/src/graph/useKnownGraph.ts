import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { client, unwrap } from "../api/client";
import { knownFrom, type KnownGraph } from "./model/knownGraph";
import { firstQuestion, queryOf, type GraphQuestion } from "./model/question";
import type { Direction, GraphAnswer } from "./model/types";
import type { GraphState } from "./model/urlState";
import type { SideOf } from "./model/visible";

const MOST_COLUMNS = 2_000;

/** Column lineage: a graph whose nodes are columns. */
export const columnQuery = ({ node, direction, depth, asOf }: Omit<GraphQuestion, "level">) => ({
  queryKey: ["columns", node, direction, depth, asOf],
  queryFn: (): Promise<GraphAnswer> =>
    unwrap(
      client.GET("/api/v2/graph", {
        params: {
          query: {
            nodeId: node,
            direction,
            depth,
            max_nodes: MOST_COLUMNS,
            granularity: "column",
            ...(asOf === null ? {} : { as_of: asOf }),
          },
        },
      }),
    ),
});

/** The query of one walk. */
export const graphQuery = (question: GraphQuestion) => ({
  queryKey: ["graph", question.node, question.level, question.direction, question.depth, question.asOf],
  queryFn: (): Promise<GraphAnswer> => unwrap(client.GET("/api/v2/graph", { params: { query: queryOf(question) } })),
});

/** What was opened and did not come: the rest of the graph stands without it. */
export type FailedSides = {
  readonly sides: readonly SideOf[];
  readonly reason: string;
  readonly retry: () => void;
};

export type KnownResult = {
  readonly known: KnownGraph | null;
  /** What is known without anything that was opened. */
  readonly start: KnownGraph | null;
  readonly answer: GraphAnswer | null;
  /** Why there is no graph at all. */
  readonly error: Error | null;
  readonly failed: FailedSides | null;
  readonly isPending: boolean;
  readonly isExpanding: boolean;
  /** What is there answers another question; the answer to this one is on its way. */
  readonly isOld: boolean;
  readonly retry: () => void;
};

/** The neighbourhood of the root, one step further than is shown, and what was opened since. */
export const useKnownGraph = (state: GraphState): KnownResult => {
  const { level, asOf, direction, depth } = state;
  const open = useMemo(() => [...new Set(state.open)], [state.open]);
  const node = state.node ?? "";
  const base = useQuery({
    ...graphQuery(firstQuestion({ node, level, direction, depth, asOf })),
    placeholderData: keepPreviousData,
  });
  const opened = useQueries({
    queries: open.map((side) => {
      const way: Direction = side.startsWith("up:") ? "upstream" : "downstream";
      const id = side.slice(side.indexOf(":") + 1);
      return graphQuery({ node: id, level, direction: way, depth: 2, asOf });
    }),
    combine: (results) => ({
      answers: results.map(({ data }) => data),
      isFetching: results.some(({ isFetching }) => isFetching),
      errors: results.map(({ error }) => error),
      refetches: results.map(({ refetch }) => refetch),
    }),
  });
  const known = useMemo(() => {
    if (!base.data) return null;
    const more = open.flatMap((side, index) => {
      const answer = opened.answers[index];
      const way: Direction = side.startsWith("up:") ? "upstream" : "downstream";
      return answer ? [{ answer, direction: way, depth: 2 }] : [];
    });
    return knownFrom([{ answer: base.data, direction, depth: depth + 1 }, ...more]);
  }, [base.data, opened.answers, open, direction, depth]);
  const { answers, errors, refetches } = opened;
  const failed = useMemo(() => {
    const places = open.flatMap((_, index) => (errors[index] && !answers[index] ? [index] : []));
    if (places.length === 0) return null;
    return {
      sides: places.flatMap((index) => open[index] ?? []),
      reason: errors[places[0] ?? 0]?.message ?? "",
      retry: () => places.forEach((index) => void refetches[index]?.()),
    };
  }, [open, answers, errors, refetches]);
  const start = useMemo(
    () => base.data && knownFrom([{ answer: base.data, direction, depth: depth + 1 }]),
    [base.data, direction, depth],
  );
  return {
    known,
    start: start ?? null,
    answer: base.data ?? null,
    error: base.error,
    failed,
    isPending: base.isPending,
    isExpanding: base.isFetching || opened.isFetching,
    isOld: base.isPlaceholderData,
    retry: () => void base.refetch(),
  };
};
