import type { Direction } from "./types";
import type { SideOf } from "./visible";

export type Level = "task" | "dag" | "table" | "column" | "run";
export type Grouping = "none" | "dag" | "namespace";

/** Everything that makes a picture of the graph: it stands in the address, so that it can be shared. */
export type GraphState = {
  readonly node: string | null;
  readonly level: Level;
  readonly depth: number;
  readonly direction: Direction;
  readonly asOf: string | null;
  readonly group: Grouping;
  readonly open: readonly SideOf[];
  readonly shut: readonly SideOf[];
  /** The node whose drawer is open. */
  readonly selected: string | null;
  /** The other end of a way that is to be shown, from the selected node. */
  readonly to: string | null;
  /** A column of the selected dataset, in the view of columns. */
  readonly column: string | null;
};

export const MOST_DEPTH = 5;
const DEFAULT_DEPTH = 2;
const LEVELS: readonly Level[] = ["task", "dag", "table", "column", "run"];
const DIRECTIONS: readonly Direction[] = ["both", "upstream", "downstream"];
const GROUPINGS: readonly Grouping[] = ["none", "dag", "namespace"];

/** The state an address stands for; what makes no sense in it is as if it were not there. */
export const stateOf = (query: URLSearchParams): GraphState => {
  const node = query.get("node") || null;
  const depth = Number(query.get("depth"));
  const asOf = query.get("as_of");
  return {
    node,
    level: levelOf(node, query.get("level")),
    depth: Number.isInteger(depth) && depth >= 1 ? Math.min(depth, MOST_DEPTH) : DEFAULT_DEPTH,
    direction: oneOf(DIRECTIONS, query.get("direction")),
    asOf: asOf && !Number.isNaN(Date.parse(asOf)) ? asOf : null,
    group: oneOf(GROUPINGS, query.get("group")),
    open: query.getAll("open").filter(isSideOf),
    shut: query.getAll("shut").filter(isSideOf),
    selected: query.get("selected") || null,
    to: query.get("to") || null,
    column: query.get("column") || null,
  };
};

/** The same address with parts of the state changed; what is as by default is left out. */
export const withState = (query: URLSearchParams, change: Partial<GraphState>): URLSearchParams => {
  const state = { ...stateOf(query), ...change };
  const next = new URLSearchParams(query);
  const put = (name: string, value: string | null, usual: string | null = null): void => {
    if (value === null || value === usual) next.delete(name);
    else next.set(name, value);
  };
  put("node", state.node);
  put("level", state.level, levelOf(state.node, null));
  put("depth", String(state.depth), String(DEFAULT_DEPTH));
  put("direction", state.direction, "both");
  put("as_of", state.asOf);
  put("group", state.group, "none");
  put("selected", state.selected);
  put("to", state.to);
  put("column", state.column);
  for (const name of ["open", "shut"] as const) {
    next.delete(name);
    for (const one of state[name]) next.append(name, one);
  }
  return next;
};

/** Another node in the middle: what was opened, shut or selected around the old one is gone. */
export const focusOn = (node: string | null): Partial<GraphState> => ({
  node,
  level: levelOf(node, null),
  open: [],
  shut: [],
  selected: null,
  to: null,
  column: null,
});

/** DAGs and runs are nodes of one kind of graph only. */
const levelOf = (node: string | null, asked: string | null): Level => {
  if (node?.startsWith("run:")) return "run";
  if (node?.startsWith("dag:")) return "dag";
  if (node?.startsWith("column:")) return "column";
  const level = oneOf(LEVELS, asked);
  if (node?.startsWith("job:") && (level === "table" || level === "column")) return "task";
  return level === "run" ? "task" : level;
};

/** A masked node has no name to ask by: `masked:1` of another answer is another node. */
export const hasName = (id: string): boolean => !id.startsWith("masked:");

const isSideOf = (text: string): text is SideOf => /^(up|down):./.test(text) && hasName(text.slice(text.indexOf(":") + 1));

const oneOf = <T extends string>(values: readonly [T, ...T[]] | readonly T[], asked: string | null): T =>
  values.find((value) => value === asked) ?? (values[0] as T);
