import type { KnownGraph } from "./knownGraph";
import { sidesOf, type Direction, type GraphEdge, type GraphNode, type Side } from "./types";

/** More can neither be read nor laid out while somebody waits. */
export const MOST_VISIBLE = 150;
/** Neighbours of one side of a node at a time. */
export const MOST_AT_ONCE = 40;
export const MOST_EXPANDED = 300;

/** `up:ID` or `down:ID`: one side of a node. */
export type SideOf = `${Side}:${string}`;
export const sideOf = (side: Side, id: string): SideOf => `${side}:${id}`;

export type Question = {
  readonly root: string;
  readonly depth: number;
  readonly direction: Direction;
  /** Sides whose neighbours were asked for; one that is there twice, for twice as many. */
  readonly open: readonly SideOf[];
  /** Sides whose neighbours were put away. */
  readonly shut: readonly SideOf[];
  /** How many nodes of one distance are shown on a side at the start: as many as fit into the window. */
  readonly ring?: number;
};

/** How many neighbours of a side are not shown; null: there may be some, nobody has asked. */
export type Hidden = Readonly<Record<Side, number | null>>;

export type VisibleGraph = {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly hidden: ReadonlyMap<string, Hidden>;
  /** Sides of nodes with a name, with neighbours on screen that are there because of them: these can be put away. */
  readonly shutable: ReadonlySet<SideOf>;
  /** How many nodes the answers hold that are not shown. */
  readonly hiddenCount: number;
};

/** What is shown of what is known: the neighbourhood of the root, and what was opened, nearest first. */
export const visibleFrom = (known: KnownGraph, question: Question): VisibleGraph => {
  const { shown, shutable } = shownIds(known, question);
  const nodes = [...shown].flatMap((id) => known.nodes.get(id) ?? []);
  const edges = known.edges.filter(({ source, target }) => shown.has(source) && shown.has(target));
  const hidden = new Map(nodes.map(({ id }) => [id, { up: hiddenAt(known, shown, "up", id), down: hiddenAt(known, shown, "down", id) }]));
  return { nodes, edges, hidden, shutable, hiddenCount: known.nodes.size - nodes.length };
};

type Shown = { readonly shown: ReadonlySet<string>; readonly shutable: ReadonlySet<SideOf> };

const shownIds = (known: KnownGraph, { root, depth, direction, open, shut, ring: most = Infinity }: Question): Shown => {
  const closed = new Set(shut);
  const next = (side: Side, id: string): readonly string[] =>
    closed.has(sideOf(side, id)) ? [] : (known.neighbours[side].get(id) ?? []);
  const shown = new Set<string>(known.nodes.has(root) ? [root] : []);
  const shutable = new Set<SideOf>();
  // Both ways a step at a time: a wide side must not leave no room for the other one.
  let rings = sidesOf(direction).map((side) => ({ side, ids: [root] }));
  for (let distance = 0; distance < depth && shown.size < MOST_VISIBLE; distance += 1) {
    rings = rings.map(({ side, ids }) => {
      const ring: string[] = [];
      // Each in turn: the first one must not leave no room for the others.
      for (const [id, other] of inTurn(ids, (id) => next(side, id).filter((other) => !shown.has(other)).slice(0, MOST_AT_ONCE))) {
        if (ring.length >= most || shown.size >= MOST_VISIBLE) break;
        if (shown.has(other)) continue;
        shown.add(other);
        if (!known.nodes.get(id)?.masked) shutable.add(sideOf(side, id));
        ring.push(other);
      }
      return { side, ids: ring };
    });
  }
  for (const opened of open) {
    const side: Side = opened.startsWith("up:") ? "up" : "down";
    const id = opened.slice(side.length + 1);
    if (!shown.has(id)) continue;
    let added = 0;
    for (const other of next(side, id)) {
      if (shown.has(other)) continue;
      if (added >= MOST_AT_ONCE || shown.size >= MOST_EXPANDED) break;
      shown.add(other);
      shutable.add(opened);
      added += 1;
    }
  }
  return { shown, shutable };
};

const inTurn = function* (ids: readonly string[], listOf: (id: string) => readonly string[]): Generator<readonly [string, string]> {
  const lists = ids.map((id) => [id, listOf(id)] as const);
  for (let at = 0; lists.some(([, list]) => at < list.length); at += 1) {
    for (const [id, list] of lists) {
      const other = list[at];
      if (other !== undefined) yield [id, other];
    }
  }
};

const hiddenAt = (known: KnownGraph, shown: ReadonlySet<string>, side: Side, id: string): number | null => {
  if (known.nodes.get(id)?.masked) return 0;
  const neighbours = known.neighbours[side].get(id) ?? [];
  const count = neighbours.filter((other) => !shown.has(other)).length;
  const node = known.nodes.get(id);
  const all = side === "up" ? node?.upstream : node?.downstream;
  // Who told how many there are knows more than answers which end somewhere.
  if (typeof all === "number") return Math.max(count, all - (neighbours.length - count));
  return count > 0 || known.complete[side].has(id) ? count : null;
};
