export type Grade = "good" | "fair" | "bad" | "none";
export type Measure = "coverage" | "drain" | "letters" | "unresolved" | "stale";

/** From where on a figure is good, and from where on bad. Of coverage more is better, of all others less. */
const BOUNDS: Readonly<Record<Measure, readonly [good: number, bad: number]>> = {
  coverage: [0.99, 0.9],
  drain: [10, 60],
  letters: [0, 10],
  unresolved: [0, 20],
  stale: [0, 20],
};

/** How a figure is to be seen; one that is not known is neither good nor bad. */
export const gradeOf = (measure: Measure, value: number | null): Grade => {
  if (value === null) return "none";
  const sign = measure === "coverage" ? -1 : 1;
  const [good, bad] = BOUNDS[measure];
  if (value * sign <= good * sign) return "good";
  return value * sign > bad * sign ? "bad" : "fair";
};
