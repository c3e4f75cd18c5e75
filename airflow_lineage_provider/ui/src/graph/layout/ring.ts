import type { KnownGraph } from "../model/knownGraph";
import { visibleFrom, type Question } from "../model/visible";
import { boundsOf, isLowEnough } from "./frame";
import { MOST_AT_HAND } from "./layered";
import { NODE_HEIGHT, type Size } from "./size";
import { drawnAtHand } from "./useLayout";

/** Fewer are not worth looking at, even where more have no room. */
const LEAST = 4;

/** How many nodes of one distance are shown on a side at the start, so that the whole neighbourhood is in the window. */
export const ringThatFits = (known: KnownGraph, question: Question, room: Size | null): number => {
  if (room === null) return Infinity;
  let ring = Infinity;
  while (ring > LEAST) {
    const height = heightWith(ring, known, question, room);
    if (isLowEnough({ width: 0, height }, room)) return ring;
    // Nearly as much less as it is too high; what is sure to be too much is not laid out.
    const most = Math.floor(room.height / NODE_HEIGHT);
    ring = ring > most ? most : Math.max(LEAST, Math.min(ring - 1, Math.ceil((ring * room.height) / height)));
  }
  return LEAST;
};

const heightWith = (ring: number, known: KnownGraph, question: Question, room: Size): number => {
  const visible = visibleFrom(known, { ...question, open: [], shut: [], ring });
  if (visible.nodes.length > MOST_AT_HAND) return Infinity;
  const { layout } = drawnAtHand({ visible, groups: NO_GROUPS, withColumns: false }, room);
  return layout.places.size === 0 ? 0 : boundsOf(layout.places.values()).height;
};

const NO_GROUPS: ReadonlyMap<string, string> = new Map();
