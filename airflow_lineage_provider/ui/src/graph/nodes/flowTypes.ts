import type { Edge, Node } from "@xyflow/react";

import type { Point } from "../layout/elkGraph";
import type { GraphEdge, GraphNode } from "../model/types";
import type { Hidden } from "../model/visible";

export type LineageData = {
  readonly node: GraphNode;
  readonly hidden: Hidden;
  readonly canShutUp: boolean;
  readonly canShutDown: boolean;
  readonly state: string | null;
  readonly isLate: boolean;
  readonly isRoot: boolean;
  readonly withColumns: boolean;
};
export type BoxData = { readonly name: string };

export type EdgeData = {
  readonly edge: Pick<GraphEdge, "masked">;
  readonly bends?: readonly Point[] | undefined;
};

export type LineageFlowNode = Node<LineageData, "lineage">;
export type BoxFlowNode = Node<BoxData, "box">;
export type FlowNode = LineageFlowNode | BoxFlowNode;
export type FlowEdge = Edge<EdgeData, "lineage">;

/** The id of a column among nodes, and of its handle: a newline is in no name that a browser shows. */
export const columnId = (dataset: string, column: string): string => `${dataset}\n${column}`;
