import type { GraphNode } from "../model/types";

export type Size = { readonly width: number; readonly height: number };
export type Placed = Size & { readonly x: number; readonly y: number };

/** Five layers stand side by side in a window of 1280 pixels, at a size that can be read. */
export const NODE_WIDTH = 204;
export const LAYER_GAP = 56;
export const NODE_HEIGHT = 48;
export const ROW_HEIGHT = 22;
export const MOST_ROWS = 25;
/** Room for the name of a box above what is in it. */
export const BOX_HEAD = 28;

/** Fixed sizes: measuring hundreds of nodes would cost what laying them out costs. */
export const sizeOf = (node: GraphNode, withColumns: boolean): Size => ({
  width: NODE_WIDTH,
  height: NODE_HEIGHT + (withColumns ? rowsOf(node) * ROW_HEIGHT : 0),
});

/** Rows of columns, one more for those that have no room. */
export const rowsOf = ({ columns }: GraphNode): number =>
  columns ? Math.min(columns.length, MOST_ROWS) + (columns.length > MOST_ROWS ? 1 : 0) : 0;
