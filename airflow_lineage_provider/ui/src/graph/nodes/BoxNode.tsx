import type { NodeProps } from "@xyflow/react";
import { memo } from "react";

import type { BoxFlowNode } from "./flowTypes";

/** The box around the nodes of a DAG or a namespace. */
export const BoxNode = memo(({ data }: NodeProps<BoxFlowNode>) => (
  <div className="lineage-box" title={data.name}>
    {data.name}
  </div>
));
BoxNode.displayName = "BoxNode";
