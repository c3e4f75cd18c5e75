import type { Point } from "./elkGraph";

/** A smooth way through points that leaves and reaches each of them level, as data flows from left to right. */
export const curveThrough = ([first, ...rest]: readonly Point[]): string => {
  if (first === undefined) return "";
  let last = first;
  const parts = rest.map((point) => {
    const middle = (last.x + point.x) / 2;
    const part = ` C${middle},${last.y} ${middle},${point.y} ${point.x},${point.y}`;
    last = point;
    return part;
  });
  return `M${first.x},${first.y}${parts.join("")}`;
};
