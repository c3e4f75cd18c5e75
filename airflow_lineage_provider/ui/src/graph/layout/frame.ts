import type { Placed, Size } from "./size";

/** Below it the small text of a node is smaller than 11 pixels. */
export const LEAST_READABLE = 0.92;
/** Beside a graph there is room for the buttons at the sides of its nodes. */
const MARGIN = { x: 28, y: 24 };

/** Where the corner of the graph is in the window, and how large it is drawn. */
export type Frame = { readonly x: number; readonly y: number; readonly zoom: number };

export const boundsOf = (places: Iterable<Placed>): Placed => {
  const all = [...places];
  const x = Math.min(...all.map((place) => place.x));
  const y = Math.min(...all.map((place) => place.y));
  return {
    x,
    y,
    width: Math.max(...all.map((place) => place.x + place.width)) - x,
    height: Math.max(...all.map((place) => place.y + place.height)) - y,
  };
};

const zoomFor = (size: number, room: number, margin: number): number => Math.min(1, (room - 2 * margin) / size);

/** Whether all of a graph can be seen at once and be read. */
export const isReadable = (graph: Size, room: Size): boolean => isNarrowEnough(graph, room) && isLowEnough(graph, room);
export const isNarrowEnough = ({ width }: Size, room: Size): boolean => zoomFor(width, room.width, MARGIN.x) >= LEAST_READABLE;
export const isLowEnough = ({ height }: Size, room: Size): boolean => zoomFor(height, room.height, MARGIN.y) >= LEAST_READABLE;

/** The whole graph where that can be read; else around the first of these, with the others as far as there is room. */
export const frameOf = (graph: Placed, around: readonly Placed[], room: Size): Frame => {
  const [across, down] = [zoomFor(graph.width, room.width, MARGIN.x), zoomFor(graph.height, room.height, MARGIN.y)];
  // As wide as the window, where that can still be read: to go up and down is easier than in all directions.
  const zoom = Math.min(across, down) >= LEAST_READABLE ? Math.min(across, down) : across >= LEAST_READABLE ? across : 1;
  const all = around.length > 0 ? boundsOf(around) : graph;
  const fits = all.width * zoom + 2 * MARGIN.x <= room.width && all.height * zoom + 2 * MARGIN.y <= room.height;
  const middle = fits ? all : (around[0] ?? graph);
  return {
    x: within(room.width, zoom * (middle.x + middle.width / 2), zoom * graph.x, zoom * (graph.x + graph.width), MARGIN.x),
    y: within(room.height, zoom * (middle.y + middle.height / 2), zoom * graph.y, zoom * (graph.y + graph.height), MARGIN.y),
    zoom,
  };
};

/** Whether all of a place is in the window. */
export const isInside = ({ x, y, width, height }: Placed, frame: Frame, room: Size): boolean => {
  const [left, top] = [x * frame.zoom + frame.x, y * frame.zoom + frame.y];
  return left >= 0 && top >= 0 && left + width * frame.zoom <= room.width && top + height * frame.zoom <= room.height;
};

/** Where a picture begins, so that a place of it is in the middle; but nothing is left empty while something is cut. */
const within = (size: number, middle: number, start: number, end: number, margin: number): number => {
  if (end - start + 2 * margin <= size + 1) return size / 2 - (start + end) / 2;
  return Math.min(margin - start, Math.max(size - margin - end, size / 2 - middle));
};
