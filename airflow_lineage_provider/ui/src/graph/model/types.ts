import type { Schema } from "../../api/types";

export type GraphNode = Schema<"GraphNode">;
export type GraphEdge = Schema<"GraphEdge">;
export type GraphAnswer = Schema<"GraphAnswer">;

/** `up` is where data comes from, `down` where it goes. */
export type Side = "up" | "down";
export const SIDES: readonly Side[] = ["up", "down"];

export type Direction = "upstream" | "downstream" | "both";

export const sidesOf = (direction: Direction): readonly Side[] =>
  direction === "both" ? SIDES : [direction === "upstream" ? "up" : "down"];
