import { lineageOf } from "../model/paths";
import { columnId } from "../nodes/flowTypes";
import type { Link } from "./useColumnLinks";

/** A column, all it is made from and all that is made from it, with the datasets they belong to. */
export const columnLineage = (links: readonly Link[], dataset: string, column: string): Set<string> => {
  const edges = links.map(({ from, to }) => ({
    source: columnId(from.dataset, from.column),
    target: columnId(to.dataset, to.column),
  }));
  const found = lineageOf(edges, columnId(dataset, column));
  const datasets = [...found].map((id) => id.slice(0, id.indexOf("\n")));
  return new Set([...found, ...datasets]);
};
