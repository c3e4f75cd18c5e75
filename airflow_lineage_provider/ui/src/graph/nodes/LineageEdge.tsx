import { type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo } from "react";

import { useHighlight } from "../highlight";
import { curveThrough } from "../layout/curve";
import type { FlowEdge } from "./flowTypes";
import { columnId } from "./flowTypes";

/** An edge in the direction data flows; it stands out when both of its ends do. */
export const LineageEdge = memo((edge: EdgeProps<FlowEdge>) => {
  const { sourceX, sourceY, targetX, targetY } = edge;
  const bends = edge.data?.bends;
  const path = bends
    ? curveThrough([{ x: sourceX, y: sourceY }, ...bends, { x: targetX, y: targetY }])
    : getBezierPath(edge)[0];
  const shade = useHighlight(endOf(edge.source, edge.sourceHandleId), endOf(edge.target, edge.targetHandleId));
  return (
    <path
      className="lineage-edge"
      d={path}
      data-dim={shade === "dim" ? "" : undefined}
      data-masked={edge.data?.edge.masked ? "" : undefined}
      data-on={shade === "on" ? "" : undefined}
      markerEnd={edge.markerEnd}
    />
  );
});
LineageEdge.displayName = "LineageEdge";

const endOf = (node: string, handle: string | null | undefined): string =>
  handle ? columnId(node, handle.slice(handle.indexOf(":") + 1)) : node;
