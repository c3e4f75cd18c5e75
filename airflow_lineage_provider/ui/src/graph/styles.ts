import flowCss from "@xyflow/react/dist/base.css?inline";

/**
 * Nodes are plain elements with these rules: a themed component each would cost what the graph itself costs.
 * The colours are Airflow's, by the variables of its theme.
 */
const OURS = `
.lineage-flow { --xy-background-color: transparent; --lineage-line: color-mix(in srgb, var(--chakra-colors-fg-muted) 55%, transparent);
  --xy-minimap-background-color: var(--chakra-colors-bg-subtle); --xy-attribution-background-color: transparent;
  --xy-minimap-mask-background-color: color-mix(in srgb, var(--chakra-colors-bg-emphasized) 60%, transparent); }
.lineage-flow .react-flow__node { cursor: pointer; }
.lineage-flow .react-flow__minimap { border: 1px solid var(--chakra-colors-border); border-radius: 4px; overflow: hidden; }
.lineage-flow .react-flow__handle { opacity: 0; pointer-events: none; min-width: 1px; min-height: 1px; width: 1px; height: 1px; border: 0; }
.lineage-node { position: relative; box-sizing: border-box; width: 100%; height: 100%; border-radius: 6px;
  background: var(--chakra-colors-bg); color: var(--chakra-colors-fg); border: 1px solid var(--chakra-colors-border-emphasized);
  font-size: 13px; line-height: 16px; text-align: start; }
.lineage-node:focus-visible { outline: 2px solid var(--chakra-colors-brand-focus-ring); outline-offset: 2px; }
.lineage-node[data-root] { border-width: 2px; border-color: var(--chakra-colors-brand-solid); }
.lineage-node[data-selected] { box-shadow: 0 0 0 2px var(--chakra-colors-brand-solid); }
.lineage-node[data-masked] { border-style: dashed; background: var(--chakra-colors-bg-muted); color: var(--chakra-colors-fg-muted); }
.lineage-node[data-type="dataset"] { border-radius: 14px; }
.lineage-node[data-dim], .lineage-row[data-dim] { opacity: 0.3; }
.lineage-head { display: flex; gap: 8px; align-items: center; padding: 0 9px; box-sizing: border-box; }
.lineage-head svg { flex: none; color: var(--chakra-colors-fg-muted); }
.lineage-text { flex: 1; min-width: 0; }
.lineage-subtitle > div, .lineage-title > div { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lineage-title { font-weight: 600; }
.lineage-subtitle { font-size: 12px; color: var(--chakra-colors-fg-muted); }
.lineage-head[data-state] .lineage-text { padding-inline-end: 15px; }
.lineage-head svg.lineage-late { position: absolute; right: 7px; top: 25px; color: var(--chakra-colors-warning-fg, var(--chakra-colors-fg-warning)); }
.lineage-state { position: absolute; right: 9px; top: 10px; width: 10px; height: 10px; border-radius: 50%; }
.lineage-expand { position: absolute; top: 13px; height: 20px; min-width: 20px; padding: 0 4px; border-radius: 10px; z-index: 1;
  font-size: 12px; line-height: 18px; text-align: center; cursor: pointer; color: var(--chakra-colors-fg);
  background: var(--chakra-colors-bg-muted); border: 1px solid var(--chakra-colors-border-emphasized); }
.lineage-expand:hover, .lineage-expand:focus-visible { background: var(--chakra-colors-brand-solid); color: white; }
.lineage-expand[data-side="up"] { right: 100%; margin-right: -4px; }
.lineage-expand[data-side="down"] { left: 100%; margin-left: -4px; }
.lineage-flow[data-dense] .lineage-expand { margin-inline: -6px; }
.lineage-expand[data-quiet] { opacity: 0; }
.react-flow__node:hover .lineage-expand[data-quiet], .lineage-node:focus-within .lineage-expand[data-quiet] { opacity: 1; }
.lineage-row { display: flex; justify-content: space-between; gap: 8px; width: 100%; height: 22px; line-height: 21px; padding: 0 10px; box-sizing: border-box;
  font-size: 12px; border-top: 1px solid var(--chakra-colors-border); cursor: pointer; text-align: start; background: transparent; color: inherit; }
.lineage-row span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lineage-row span:last-child { color: var(--chakra-colors-fg-muted); flex: none; max-width: 45%; }
.lineage-row[data-on] { background: var(--chakra-colors-brand-subtle); color: var(--chakra-colors-brand-fg); }
.lineage-box { box-sizing: border-box; width: 100%; height: 100%; border: 1px dashed var(--chakra-colors-border-emphasized); border-radius: 8px;
  background: color-mix(in srgb, var(--chakra-colors-bg-muted) 50%, transparent); padding: 6px 12px; font-size: 12px; font-weight: 600;
  color: var(--chakra-colors-fg-muted); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lineage-edge { fill: none; stroke: var(--lineage-line); stroke-width: 1.5; }
.lineage-edge[data-on] { stroke: var(--chakra-colors-brand-solid); stroke-width: 2.5; }
.lineage-edge[data-dim] { opacity: 0.2; }
.lineage-edge[data-masked] { stroke-dasharray: 4 4; }
`;

const ID = "lineage-graph-styles";

/** Put the rules into the page once: a bundle inside Airflow brings no style sheet of its own. */
export const addStyles = (): void => {
  if (document.getElementById(ID) !== null) return;
  const style = document.createElement("style");
  style.id = ID;
  style.textContent = flowCss + OURS;
  document.head.append(style);
};
