import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import type { GraphAnswer } from "../model/types";
import type { GraphState } from "../model/urlState";
import { columnQuery } from "../useKnownGraph";

/** One column that is made from another one. */
export type Link = {
  readonly from: { readonly dataset: string; readonly column: string };
  readonly to: { readonly dataset: string; readonly column: string };
};

export type ColumnLinks = { readonly links: readonly Link[]; readonly error: Error | null; readonly retry: () => void };

/** Column lineage of the dataset in the middle, in the view of columns. */
export const useColumnLinks = (state: GraphState): ColumnLinks => {
  const isWanted = state.level === "column" && state.node !== null;
  const { data, error, refetch } = useQuery({ ...columnQuery({ ...state, node: state.node ?? "" }), enabled: isWanted });
  const links = useMemo(() => (isWanted && data ? linksOf(data) : []), [isWanted, data]);
  return { links, error: isWanted ? error : null, retry: () => void refetch() };
};

/** The edges of a graph of columns whose both ends have a name. */
export const linksOf = ({ nodes, edges }: Pick<GraphAnswer, "nodes" | "edges">): Link[] => {
  const ends = new Map(
    nodes.flatMap(({ id, type, dataset, name }) =>
      type === "column" && dataset && name ? [[id, { dataset, column: name }] as const] : [],
    ),
  );
  return edges.flatMap(({ source, target }) => {
    const [from, to] = [ends.get(source), ends.get(target)];
    return from && to ? [{ from, to }] : [];
  });
};
