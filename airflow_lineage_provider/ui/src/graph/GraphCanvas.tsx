import { Box } from "@chakra-ui/react";
import { Background, MiniMap, ReactFlow, type NodeMouseHandler } from "@xyflow/react";
import { useEffect, useMemo, useState, type KeyboardEvent } from "react";
import { createPortal } from "react-dom";

import { t } from "../i18n/t";
import { useColorMode } from "../ui/useColorMode";
import { paletteOf } from "../ui/statePalette";
import { Highlight, HighlightContext } from "./highlight";
import { columnEdges, flowEdges, flowNodes } from "./layout/flowElements";
import { isArrow, neighbourOf } from "./layout/neighbour";
import { ROOMY } from "./layout/size";
import type { Picture } from "./layout/useLayout";
import { useSameNodes } from "./layout/useSameNodes";
import { columnLineage } from "./columns/columnLineage";
import type { Link } from "./columns/useColumnLinks";
import { lineageOf, nodesBetween } from "./model/paths";
import { titleOf } from "./model/labels";
import type { NodeState } from "./model/nodeState";
import { sideAction } from "./model/sideAction";
import type { Side } from "./model/types";
import type { GraphState } from "./model/urlState";
import { sideOf } from "./model/visible";
import { ActionsContext } from "./nodes/actions";
import { BoxNode } from "./nodes/BoxNode";
import type { FlowNode } from "./nodes/flowTypes";
import { LineageEdge } from "./nodes/LineageEdge";
import { LineageNode } from "./nodes/LineageNode";
import type { ChangeState } from "./useGraphState";
import { useViewport } from "./useViewport";
import { ZoomButtons } from "./ZoomButtons";

const NODE_TYPES = { lineage: LineageNode, box: BoxNode };
const EDGE_TYPES = { lineage: LineageEdge };
const PRO_OPTIONS = { hideAttribution: true };
const MINIMAP = { width: 160, height: 110 };

type Props = {
  readonly picture: Picture;
  readonly links: readonly Link[];
  readonly state: GraphState;
  readonly states: ReadonlyMap<string, NodeState>;
  /** Where its buttons stand: beside the picture, for on it they would cover nodes. */
  readonly tools: HTMLElement | null;
  readonly onChange: ChangeState;
  readonly onToggle: (side: Side, id: string, isShut: boolean) => void;
};

/** The picture, and what pointer and keys do in it. */
export const GraphCanvas = ({ picture, links, state, states, tools, onChange, onToggle }: Props) => {
  const root = state.node ?? "";
  const colorMode = useColorMode();
  const [highlight] = useState(() => new Highlight());
  const { keep, centre, reveal, leave, isWhole } = useViewport(picture, root, state.selected);
  const nodes = useSameNodes(
    useMemo(() => flowNodes(picture, { root, selected: state.selected, states }), [picture, root, state.selected, states]),
  );
  const [hasMinimap, setMinimap] = useState<boolean | null>(null);
  // What is seen at once needs no overview, which would lie on it.
  const isOverview = hasMinimap ?? !isWhole;
  const edges = useMemo(
    () => (picture.withColumns ? columnEdges(picture, links) : flowEdges(picture)),
    [picture, links],
  );
  useEffect(() => {
    if (state.column && state.selected) highlight.fix(columnLineage(links, state.selected, state.column));
    else if (state.to && state.selected) highlight.fix(nodesBetween(picture.visible.edges, state.selected, state.to));
    else highlight.fix(null);
  }, [highlight, links, picture, state.column, state.selected, state.to]);
  const actions = useMemo(
    () => ({
      toggle: (side: Side, id: string, isShut: boolean): void => {
        keep(id);
        onToggle(side, id, isShut);
      },
      pickColumn: (id: string, column: string): void => onChange({ selected: id, column }, { replace: true }),
    }),
    [keep, onChange, onToggle],
  );
  const isMasked = (id: string): boolean => id.startsWith("masked:") || id.startsWith("group:");
  const select = (id: string): void => {
    if (!isMasked(id)) onChange({ selected: id, to: null, column: null }, { replace: true });
  };
  const onNodeClick: NodeMouseHandler<FlowNode> = (event, { id }) => {
    if (event.shiftKey && state.selected && !isMasked(id)) onChange({ to: id }, { replace: true });
    else select(id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const id = (event.target as HTMLElement).closest<HTMLElement>("[data-lineage-id]")?.dataset.lineageId;
    if (event.key === "Escape") onChange({ selected: null, to: null, column: null }, { replace: true });
    if (id === undefined) return;
    if (isArrow(event.key)) {
      event.preventDefault();
      if (event.shiftKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
        const side = event.key === "ArrowLeft" ? "up" : "down";
        const { hidden, shutable } = picture.visible;
        const action = sideAction(hidden.get(id)?.[side] ?? null, shutable.has(sideOf(side, id)));
        if (action) actions.toggle(side, id, action === "shut");
        return;
      }
      const next = neighbourOf(picture, id, event.key);
      if (next === null) return;
      reveal(next);
      focusNode(next);
    } else if (event.key === "Enter" && event.target === event.currentTarget.querySelector(`[data-lineage-id="${CSS.escape(id)}"]`)) {
      select(id);
    }
  };
  const rootNode = picture.visible.nodes.find(({ id }) => id === root);
  return (
    <HighlightContext value={highlight}>
      <ActionsContext value={actions}>
        <Box
          aria-label={t("graph.canvas.label", { name: rootNode ? titleOf(rootNode) : root })}
          className="lineage-flow"
          data-dense={picture.density.layerGap < ROOMY.layerGap ? "" : undefined}
          data-testid="lineage-graph"
          height="100%"
          onKeyDown={onKeyDown}
          role="group"
          width="100%"
        >
          <ReactFlow
            // Its own class would turn the theme's variables below it to light.
            colorMode={colorMode}
            disableKeyboardA11y
            edgeTypes={EDGE_TYPES}
            edges={edges}
            edgesFocusable={false}
            elementsSelectable={false}
            maxZoom={2}
            minZoom={0.1}
            nodeTypes={NODE_TYPES}
            nodes={nodes}
            nodesConnectable={false}
            nodesDraggable={false}
            nodesFocusable={false}
            onMoveStart={(event) => event && leave()}
            onNodeClick={onNodeClick}
            onNodeMouseEnter={(_, { id, type }) => type === "lineage" && highlight.hover(hoverOf(picture, id))}
            onNodeMouseLeave={() => highlight.hover(null)}
            onlyRenderVisibleElements={picture.visible.nodes.length > 60}
            proOptions={PRO_OPTIONS}
          >
            <Background color="var(--chakra-colors-border)" gap={20} />
            {tools
              ? createPortal(
                  <ZoomButtons
                    isOverview={isOverview}
                    onCentre={centre}
                    onOverview={() => setMinimap(!isOverview)}
                    onZoom={leave}
                    picture={picture}
                  />,
                  tools,
                )
              : null}
            {isOverview ? (
              <MiniMap
                ariaLabel={t("graph.canvas.minimap")}
                nodeBorderRadius={6}
                nodeColor={miniColor}
                pannable
                position="bottom-right"
                style={MINIMAP}
                zoomable
              />
            ) : null}
          </ReactFlow>
        </Box>
      </ActionsContext>
    </HighlightContext>
  );
};

/** In the view of columns it is a column that is picked: tables stay as they are. */
const hoverOf = (picture: Picture, id: string): ReadonlySet<string> | null =>
  picture.withColumns ? null : lineageOf(picture.visible.edges, id);

const miniColor = (node: FlowNode): string => {
  if (node.type === "box") return "transparent";
  const { state, isRoot } = node.data;
  if (isRoot) return "var(--chakra-colors-brand-solid)";
  return state ? `var(--chakra-colors-${paletteOf(state)}-solid)` : "var(--chakra-colors-border-emphasized)";
};

/** So many frames a node may take to come. */
const PATIENCE = 30;

/** A node that was outside of the window is not in the page yet: it comes with the next frames. */
const focusNode = (id: string, frames = PATIENCE): void => {
  const node = document.querySelector<HTMLElement>(`[data-lineage-id="${CSS.escape(id)}"]`);
  if (node) node.focus({ preventScroll: true });
  else if (frames > 0) requestAnimationFrame(() => focusNode(id, frames - 1));
};
