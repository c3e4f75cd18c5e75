import type { Link } from "../columns/useColumnLinks";
import { curveThrough } from "../layout/curve";
import { columnEdges, flowEdges, flowNodes, type Look } from "../layout/flowElements";
import { absolutePlaces } from "../layout/places";
import { headHeight, MOST_ROWS, NODE_HEIGHT, type Placed, ROW_HEIGHT, subtitleLines, titleLines } from "../layout/size";
import type { Picture } from "../layout/useLayout";
import { titleOf } from "../model/labels";
import type { GraphNode } from "../model/types";
import type { FlowEdge, LineageData } from "../nodes/flowTypes";

export type Colours = {
  readonly background: string;
  readonly node: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly root: string;
  readonly state: (state: string) => string;
};

const MARGIN = 24;
/** Letters that fit beside each other into a column's row; the real ones are not measured. */
const MOST_LETTERS = 23;
const LINE_HEIGHT = 16;

/** The picture as a file of its own, without anything from the page: the elements that are on screen, drawn anew. */
export const toSvg = (picture: Picture, links: readonly Link[], look: Look, colours: Colours): string => {
  const places = absolutePlaces(picture);
  const elements = flowNodes(picture, look);
  const edges = picture.withColumns ? columnEdges(picture, links) : flowEdges(picture);
  const nodes = new Map(picture.visible.nodes.map((node) => [node.id, node]));
  const drawn = elements.map(({ id, position, width = 0, height = 0, ...element }) => {
    const place = places.get(id) ?? { ...position, width, height };
    return { place, svg: element.type === "box" ? box(place, element.data.name, colours) : card(place, element.data, colours) };
  });
  const all = drawn.map(({ place }) => place);
  const width = Math.max(0, ...all.map((place) => place.x + place.width)) + 2 * MARGIN;
  const height = Math.max(0, ...all.map((place) => place.y + place.height)) + 2 * MARGIN;
  const boxes = elements.filter(({ type }) => type === "box").length;
  const parts = [
    ...drawn.slice(0, boxes),
    ...edges.map((edge) => ({ svg: line(edge, places, nodes, colours) })),
    ...drawn.slice(boxes),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${-MARGIN} ${-MARGIN} ${width} ${height}" font-family="system-ui, sans-serif">` +
    `<rect x="${-MARGIN}" y="${-MARGIN}" width="${width}" height="${height}" fill="${colours.background}"/>` +
    `${parts.map(({ svg }) => svg).join("")}</svg>`
  );
};

const box = ({ x, y, width, height }: Placed, name: string, { line: stroke, muted }: Colours): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="none" stroke="${stroke}" stroke-dasharray="4 4"/>` +
  text(x + 12, y + 20, name, muted, 12, true, 60);

const card = ({ x, y, width, height }: Placed, { node, isRoot, state, withColumns }: LineageData, colours: Colours): string => {
  const dashes = node.masked ? ' stroke-dasharray="4 4"' : "";
  const rows = withColumns ? rowsOf(node) : [];
  const title = titleOf(node);
  const lines = titleLines(node, width);
  const isCut = lines.join("") !== title;
  const head = headHeight(node, width);
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${node.type === "dataset" ? 14 : 6}" fill="${colours.node}" stroke="${isRoot ? colours.root : colours.line}" stroke-width="${isRoot ? 2 : 1}"${dashes}>${isCut ? `<title>${escaped(title)}</title>` : ""}</rect>`,
    ...lines.map((line, at) => text(x + 14, y + 21 + at * LINE_HEIGHT, line.trimEnd(), colours.text, 13, true)),
    ...subtitleLines(node, width).map((line, at) =>
      text(x + 14, y + 21 + (lines.length + at) * LINE_HEIGHT, line.trimEnd(), colours.muted, 12),
    ),
    state ? `<circle cx="${x + width - 16}" cy="${y + NODE_HEIGHT / 2 - 8}" r="5" fill="${colours.state(state)}"/>` : "",
    ...rows.map((name, at) => text(x + 14, y + head + at * ROW_HEIGHT + 15, name ?? "–", colours.text, 12)),
  ].join("");
};

const line = (
  { source, target, sourceHandle, targetHandle, data }: FlowEdge,
  places: ReadonlyMap<string, Placed>,
  nodes: ReadonlyMap<string, GraphNode>,
  colours: Colours,
): string => {
  const [from, to] = [places.get(source), places.get(target)];
  if (!from || !to) return "";
  const start = { x: from.x + from.width, y: from.y + endOf(from, nodes.get(source), sourceHandle) };
  const end = { x: to.x, y: to.y + endOf(to, nodes.get(target), targetHandle) };
  const dashes = data?.edge.masked ? ' stroke-dasharray="4 4"' : "";
  return `<path d="${curveThrough([start, ...(data?.bends ?? []), end])}" fill="none" stroke="${colours.line}" stroke-width="1.5"${dashes}/>`;
};

/** How far below its top an edge meets a node: at the row of its column, else in the middle. */
const endOf = ({ width, height }: Placed, node: GraphNode | undefined, handle: string | null | undefined): number => {
  const row = handle && node ? rowsOf(node).indexOf(handle.slice(handle.indexOf(":") + 1)) : -1;
  return row < 0 || !node ? height / 2 : headHeight(node, width) + (row + 0.5) * ROW_HEIGHT;
};

const rowsOf = ({ columns }: GraphNode): readonly (string | null)[] =>
  (columns ?? []).slice(0, MOST_ROWS).map(({ name }) => name ?? null);

const text = (x: number, y: number, value: string, colour: string, size: number, isBold = false, most = MOST_LETTERS): string => {
  const shown = value.length > most ? `${value.slice(0, most - 1)}…` : value;
  const full = shown === value ? "" : `<title>${escaped(value)}</title>`;
  return `<text x="${x}" y="${y}" fill="${colour}" font-size="${size}"${isBold ? ' font-weight="600"' : ""}>${full}${escaped(shown)}</text>`;
};

/** Names come from anywhere; some characters may not stand in XML in any way. */
const escaped = (value: string): string =>
  value
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
