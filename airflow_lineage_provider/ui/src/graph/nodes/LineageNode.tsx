import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo, useState } from "react";

import { t } from "../../i18n/t";
import { paletteOf } from "../../ui/statePalette";
import { useHighlight } from "../highlight";
import { hasIcon, headHeight, ROOMY, subtitleLines, titleLines } from "../layout/size";
import { subtitleOf, titleOf } from "../model/labels";
import { ColumnRows } from "./ColumnRows";
import { ExpandButton } from "./ExpandButton";
import type { LineageFlowNode } from "./flowTypes";
import { NodeIcon } from "./NodeIcon";

const BORDERS = 2;

/** A dataset, a task, a DAG or a run; a masked one says no more than that it is there. */
export const LineageNode = memo(({ id, data, selected, width = ROOMY.nodeWidth }: NodeProps<LineageFlowNode>) => {
  const { node, hidden, canShutUp, canShutDown, state, isLate, isRoot, withColumns } = data;
  const title = titleOf(node);
  const subtitle = subtitleOf(node);
  const shade = useHighlight(id);
  const [isFocused, setFocused] = useState(false);
  // Of many nodes with many buttons, Tab stops at those of one.
  const within = isFocused ? 0 : -1;
  return (
    <div
      aria-label={[t(`graph.types.${node.type}`), title, subtitle, state, isLate ? t("graph.canvas.late") : null].filter(Boolean).join(", ")}
      className="lineage-node"
      data-lineage-id={id}
      data-dim={shade === "dim" ? "" : undefined}
      data-masked={node.masked ? "" : undefined}
      data-root={isRoot ? "" : undefined}
      data-selected={selected ? "" : undefined}
      data-type={node.type}
      onBlur={({ currentTarget, relatedTarget }) => !currentTarget.contains(relatedTarget) && setFocused(false)}
      onFocus={() => setFocused(true)}
      role="group"
      // The one way in by Tab; arrow keys go on from there.
      tabIndex={isRoot ? 0 : within}
      title={node.masked ? t("graph.canvas.masked") : `${node.name ?? title}\n${subtitle}`}
    >
      <Handle isConnectable={false} position={Position.Left} type="target" />
      <div className="lineage-head" data-state={state ? "" : undefined} style={{ height: headHeight(node, width) - BORDERS }}>
        {hasIcon(width) ? <NodeIcon type={node.type} /> : null}
        <div className="lineage-text">
          <div className="lineage-title">
            {titleLines(node, width).map((line, at) => (
              <div key={at}>{line}</div>
            ))}
          </div>
          <div className="lineage-subtitle">
            {subtitleLines(node, width).map((line, at) => (
              <div key={at}>{line}</div>
            ))}
          </div>
        </div>
        {isLate ? (
          <svg aria-hidden className="lineage-late" fill="none" height="14" stroke="currentColor" strokeWidth="2" viewBox="0 0 24 24" width="14">
            <title>{t("graph.canvas.late")}</title>
            <path d="M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 7v5l3 3" />
          </svg>
        ) : null}
        {state ? (
          <span
            aria-label={state}
            className="lineage-state"
            role="img"
            style={{ background: `var(--chakra-colors-${paletteOf(state)}-solid)` }}
            title={state}
          />
        ) : null}
      </div>
      {withColumns && node.columns ? <ColumnRows columns={node.columns} id={id} tabIndex={within} /> : null}
      <ExpandButton canShut={canShutUp} hidden={hidden.up} id={id} name={title} side="up" tabIndex={within} />
      <ExpandButton canShut={canShutDown} hidden={hidden.down} id={id} name={title} side="down" tabIndex={within} />
      <Handle isConnectable={false} position={Position.Right} type="source" />
    </div>
  );
});
LineageNode.displayName = "LineageNode";
