import type { Direction } from "./types";
import type { Level } from "./urlState";

/** More than is shown, so that it can be told how much is not. */
const MOST_ASKED = 500;

export type GraphQuestion = {
  readonly node: string;
  readonly level: Level;
  readonly direction: Direction;
  readonly depth: number;
  readonly asOf: string | null;
};

/** What the API is asked for a walk. The view of columns is that of tables, with columns. */
export const queryOf = ({ node, level, direction, depth, asOf }: GraphQuestion) => ({
  nodeId: node,
  direction,
  depth,
  max_nodes: MOST_ASKED,
  granularity: level === "column" ? ("table" as const) : level,
  columns: level === "column",
  degrees: level === "task",
  ...(asOf === null ? {} : { as_of: asOf }),
});

/** The first walk of a view: one step further than is shown. */
export const firstQuestion = (state: GraphQuestion): GraphQuestion => ({ ...state, depth: state.depth + 1 });
