/** Geometry of a small chart: numbers in, SVG path data out. */

export type Frame = {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
};

/** A round upper end of an axis from 0: 1, 2, 2.5 or 5 times a power of ten. */
export const niceTop = (highest: number): number => {
  if (!Number.isFinite(highest) || highest <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = [1, 2, 2.5, 5, 10].find((each) => each * power >= highest * (1 - 1e-9)) ?? 10;
  return step * power;
};

/** The same of what is counted: half of it is a whole number too. */
export const countTop = (highest: number): number => Math.ceil(niceTop(highest) / 2) * 2;

/** Values of the lines across the chart, `count` gaps from 0 to `top`. */
export const ticks = (top: number, count = 4): number[] => {
  return Array.from({ length: count + 1 }, (_, at) => (top * at) / count);
};

export const xOf = (at: number, count: number, frame: Frame): number => {
  const room = frame.width - frame.left - frame.right;
  return count < 2 ? frame.left + room / 2 : frame.left + (room * at) / (count - 1);
};

export const yOf = (value: number, top: number, frame: Frame): number => {
  const room = frame.height - frame.top - frame.bottom;
  return frame.top + room * (1 - Math.min(Math.max(value / top, 0), 1));
};

/** Path of a line; a value that is not known breaks it. */
export const linePath = (values: readonly (number | null)[], top: number, frame: Frame): string => {
  let isDrawing = false;
  const parts: string[] = [];
  values.forEach((value, at) => {
    if (value === null) {
      isDrawing = false;
      return;
    }
    const point = `${round(xOf(at, values.length, frame))},${round(yOf(value, top, frame))}`;
    parts.push(`${isDrawing ? "L" : "M"}${point}`);
    isDrawing = true;
  });
  return parts.join("");
};

/** Points that have no neighbour: a path of one point draws nothing. */
export const lonely = (values: readonly (number | null)[]): number[] => {
  return values.flatMap((value, at) =>
    value !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null ? [at] : [],
  );
};

export const round = (value: number): number => {
  return Math.round(value * 100) / 100;
};
