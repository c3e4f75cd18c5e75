import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { client, unwrap } from "../api/client";
import { knownFrom, type KnownGraph } from "./model/knownGraph";
import type { Direction, GraphAnswer } from "./model/types";
import type { GraphState, Level } from "./model/urlState";

/** More than is shown, so that it can be told how much is not. */
const MOST_ASKED = 500;
const MOST_COLUMNS = 2_000;

export type GraphQuestion = {
  readonly node: string;
  readonly level: Level;
  readonly direction: Direction;
  readonly depth: number;
  readonly asOf: string | null;
};

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

/** The query of one walk. The view of columns is that of tables, with columns. */
export const graphQuery = ({ node, level, direction, depth, asOf }: GraphQuestion) => ({
  queryKey: ["graph", node, level, direction, depth, asOf],
  queryFn: (): Promise<GraphAnswer> =>
    unwrap(
      client.GET("/api/v2/graph", {
        params: {
          query: {
            nodeId: node,
            direction,
            depth,
            max_nodes: MOST_ASKED,
            granularity: level === "column" ? "table" : level,
            columns: level === "column",
            ...(asOf === null ? {} : { as_of: asOf }),
          },
        },
      }),
    ),
});

export type KnownResult = {
  readonly known: KnownGraph | null;
  readonly answer: GraphAnswer | null;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly isExpanding: boolean;
  readonly retry: () => void;
};

/** The neighbourhood of the root, one step further than is shown, and what was opened since. */
export const useKnownGraph = (state: GraphState): KnownResult => {
  const { level, asOf, direction, depth } = state;
  const open = useMemo(() => [...new Set(state.open)], [state.open]);
  const node = state.node ?? "";
  const base = useQuery({
    ...graphQuery({ node, level, direction, depth: depth + 1, asOf }),
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
      error: results.find(({ error }) => error)?.error ?? null,
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
  return {
    known,
    answer: base.data ?? null,
    error: base.error ?? opened.error,
    isPending: base.isPending,
    isExpanding: base.isFetching || opened.isFetching,
    retry: () => void base.refetch(),
  };
};
