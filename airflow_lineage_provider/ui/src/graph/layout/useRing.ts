import { useMemo } from "react";

import type { KnownGraph } from "../model/knownGraph";
import type { GraphState } from "../model/urlState";
import { ringThatFits } from "./ring";
import type { Size } from "./size";

/** Of the room for a graph, what is left for nodes where boxes are around them. */
const IN_BOXES = 0.6;

/** How many nodes of one distance to start with. Where tables have columns they never have room: all are shown. */
export const useRing = (start: KnownGraph | null, { node, level, depth, direction, group }: GraphState, room: Size | null): number =>
  useMemo(() => {
    if (start === null || node === null || level === "column") return Infinity;
    const left = room && group !== "none" ? { ...room, height: room.height * IN_BOXES } : room;
    return ringThatFits(start, { root: node, depth, direction, open: [], shut: [] }, left);
  }, [start, node, level, depth, direction, group, room]);
