import { subtitleOf, titleOf } from "../model/labels";
import { inLines, shortened } from "../model/shortened";
import type { GraphNode } from "../model/types";

export type Size = { readonly width: number; readonly height: number };
export type Placed = Size & { readonly x: number; readonly y: number };

/** How wide nodes are, and how far layers are from each other. */
export type Density = { readonly nodeWidth: number; readonly layerGap: number };

/** Five, six, seven and nine layers stand side by side in a window of 1280 pixels, at a size that can be read. */
export const DENSITIES = [
  { nodeWidth: 204, layerGap: 56 },
  { nodeWidth: 168, layerGap: 44 },
  { nodeWidth: 142, layerGap: 38 },
  { nodeWidth: 112, layerGap: 30 },
] as const satisfies readonly Density[];
export const ROOMY: Density = DENSITIES[0];

export const NODE_HEIGHT = 48;
const LINE_HEIGHT = 16;
export const ROW_HEIGHT = 22;
export const MOST_ROWS = 25;
/** Room for the name of a box above what is in it. */
export const BOX_HEAD = 28;

/** A narrower node has no room for the picture of its type beside its name: its shape tells it. */
const WITH_ICON = 160;
const MOST_LINES = 3;
/** What stands below a title is smaller and not bold. */
const SUBTITLE = 0.86;

export const hasIcon = (width: number): boolean => width >= WITH_ICON;

/** Pixels for letters: what is left beside the padding, the icon and the state. */
const textWidth = (width: number): number => width - (hasIcon(width) ? 59 : 35);

export const titleLines = (node: GraphNode, width: number): readonly string[] =>
  inLines(titleOf(node), textWidth(width), MOST_LINES);

/** A path is told by its end; the name of a DAG goes on in the next line. */
export const subtitleLines = (node: GraphNode, width: number): readonly string[] => {
  const [subtitle, pixels] = [subtitleOf(node), textWidth(width) / SUBTITLE];
  return subtitle.includes("/") ? [shortened(subtitle, pixels)] : inLines(subtitle, pixels, MOST_LINES - 1);
};

/** How much of a node is above its columns. */
export const headHeight = (node: GraphNode, width: number): number =>
  NODE_HEIGHT + (titleLines(node, width).length + subtitleLines(node, width).length - 2) * LINE_HEIGHT;

/** Sizes without looking: measuring hundreds of nodes would cost what laying them out costs. */
export const sizeOf = (node: GraphNode, withColumns: boolean, { nodeWidth }: Density = ROOMY): Size => ({
  width: nodeWidth,
  height: headHeight(node, nodeWidth) + (withColumns ? rowsOf(node) * ROW_HEIGHT : 0),
});

/** Rows of columns, one more for those that have no room. */
export const rowsOf = ({ columns }: GraphNode): number =>
  columns ? Math.min(columns.length, MOST_ROWS) + (columns.length > MOST_ROWS ? 1 : 0) : 0;
