import type { GraphEdge } from "../model/types";

/** Moments at which the graph grew, oldest first, as milliseconds: only there it looks different. */
export const momentsOf = (edges: readonly GraphEdge[]): number[] =>
  [...new Set(edges.flatMap(({ first_seen: seen }) => (seen ? [Date.parse(seen)] : [])))].sort((one, other) => one - other);

/** Milliseconds as the API takes them; a moment within a millisecond counts as having been. */
export const asMoment = (milliseconds: number): string => new Date(milliseconds + 1).toISOString();

/** The position of a moment among them: of the last one that is not after it. */
export const positionOf = (moments: readonly number[], asOf: string | null): number => {
  if (asOf === null) return moments.length;
  const at = Date.parse(asOf);
  return moments.filter((moment) => moment <= at).length - 1;
};
