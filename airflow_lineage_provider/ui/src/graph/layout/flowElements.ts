import type { Link } from "../columns/useColumnLinks";
import { columnId, type FlowEdge, type FlowNode } from "../nodes/flowTypes";
import type { NodeState } from "../model/nodeState";
import { sideOf } from "../model/visible";
import { groupId } from "./elkGraph";
import { MOST_ROWS } from "./size";
import type { Picture } from "./useLayout";

export type Look = { readonly root: string; readonly selected: string | null; readonly states: ReadonlyMap<string, NodeState> };

/** The nodes as React Flow wants them: a box before what stands in it. */
export const flowNodes = ({ visible, groups, withColumns, layout }: Picture, look: Look): FlowNode[] => {
  const boxes = [...new Set(groups.values())].flatMap((name): FlowNode[] => {
    const place = layout.places.get(groupId(name));
    if (!place) return [];
    const { x, y, width, height } = place;
    const size = { width, height };
    return [{ id: groupId(name), type: "box", position: { x, y }, ...size, measured: size, data: { name }, zIndex: -1 }];
  });
  const nodes = visible.nodes.flatMap((node): FlowNode[] => {
    const place = layout.places.get(node.id);
    if (!place) return [];
    const group = groups.get(node.id);
    const size = { width: place.width, height: place.height };
    return [
      {
        id: node.id,
        type: "lineage",
        position: { x: place.x, y: place.y },
        ...size,
        measured: size,
        ...(group === undefined ? {} : { parentId: groupId(group) }),
        selected: node.id === look.selected,
        data: {
          node,
          withColumns,
          hidden: visible.hidden.get(node.id) ?? { up: 0, down: 0 },
          canShutUp: visible.shutable.has(sideOf("up", node.id)),
          canShutDown: visible.shutable.has(sideOf("down", node.id)),
          state: node.run?.state ?? look.states.get(node.id)?.state ?? null,
          isLate: look.states.get(node.id)?.isLate ?? false,
          isRoot: node.id === look.root,
        },
      },
    ];
  });
  return [...boxes, ...nodes];
};

export const flowEdges = ({ visible, layout }: Picture): FlowEdge[] =>
  visible.edges.map((edge) => ({
    id: `${edge.source}\n${edge.target}`,
    type: "lineage",
    source: edge.source,
    target: edge.target,
    data: { edge, bends: layout.bends.get(`${edge.source}\n${edge.target}`) },
  }));

/** Edges from column to column, as far as both are on screen; between other tables the edge of the tables. */
export const columnEdges = (picture: Picture, links: readonly Link[]): FlowEdge[] => {
  const rows = new Set(
    picture.visible.nodes.flatMap(({ id, columns }) =>
      (columns ?? []).slice(0, MOST_ROWS).flatMap(({ name }) => (name ? [columnId(id, name)] : [])),
    ),
  );
  const edges = new Map<string, FlowEdge>();
  const told = new Set<string>();
  for (const { from, to } of links) {
    const [one, other] = [columnId(from.dataset, from.column), columnId(to.dataset, to.column)];
    if (!rows.has(one) || !rows.has(other)) continue;
    told.add(`${from.dataset}\n${to.dataset}`);
    edges.set(`${one}\n${other}`, {
      id: `${one}\n${other}`,
      type: "lineage",
      source: from.dataset,
      target: to.dataset,
      sourceHandle: `out:${from.column}`,
      targetHandle: `in:${to.column}`,
      data: { edge: { masked: false } },
    });
  }
  return [...flowEdges(picture).filter(({ source, target }) => !told.has(`${source}\n${target}`)), ...edges.values()];
};
