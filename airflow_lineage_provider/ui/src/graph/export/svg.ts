import { groupId } from "../layout/elkGraph";
import { curveThrough } from "../layout/curve";
import { absolutePlaces } from "../layout/places";
import { MOST_ROWS, NODE_HEIGHT, ROW_HEIGHT } from "../layout/size";
import type { Picture } from "../layout/useLayout";
import { subtitleOf, titleOf } from "../model/labels";
import type { NodeState } from "../model/nodeState";

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
/** Letters that fit into a node; the real ones are not measured. */
const MOST_LETTERS = 23;

/** The picture as a file of its own, without anything from the page. */
export const toSvg = (picture: Picture, root: string, states: ReadonlyMap<string, NodeState>, colours: Colours): string => {
  const places = absolutePlaces(picture);
  const boxes = [...new Set(picture.groups.values())].flatMap((name) => {
    const place = picture.layout.places.get(groupId(name));
    return place ? [{ name, place }] : [];
  });
  const all = [...places.values(), ...boxes.map(({ place }) => place)];
  const width = Math.max(0, ...all.map((place) => place.x + place.width)) + 2 * MARGIN;
  const height = Math.max(0, ...all.map((place) => place.y + place.height)) + 2 * MARGIN;
  const parts = [
    ...boxes.map(
      ({ name, place: { x, y, width: w, height: h } }) =>
        `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="8" fill="none" stroke="${colours.line}" stroke-dasharray="4 4"/>` +
        text(x + 12, y + 20, name, colours.muted, 12, true, 60),
    ),
    ...picture.visible.edges.flatMap(({ source, target, masked }) => {
      const [from, to] = [places.get(source), places.get(target)];
      if (!from || !to) return [];
      const start = { x: from.x + from.width, y: from.y + from.height / 2 };
      const end = { x: to.x, y: to.y + to.height / 2 };
      const path = curveThrough([start, ...(picture.layout.bends.get(`${source}\n${target}`) ?? []), end]);
      const dashes = masked ? ' stroke-dasharray="4 4"' : "";
      return `<path d="${path}" fill="none" stroke="${colours.line}" stroke-width="1.5"${dashes}/>`;
    }),
    ...picture.visible.nodes.flatMap((node) => {
      const place = places.get(node.id);
      if (!place) return [];
      const { x, y, width: w, height: h } = place;
      const isRoot = node.id === root;
      const state = states.get(node.id)?.state;
      const dashes = node.masked ? ' stroke-dasharray="4 4"' : "";
      const rows = picture.withColumns ? (node.columns ?? []).slice(0, MOST_ROWS) : [];
      return [
        `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="${node.type === "dataset" ? 14 : 6}" fill="${colours.node}" stroke="${isRoot ? colours.root : colours.line}" stroke-width="${isRoot ? 2 : 1}"${dashes}/>`,
        text(x + 14, y + 21, titleOf(node), colours.text, 13, true),
        text(x + 14, y + 37, subtitleOf(node), colours.muted, 12),
        state ? `<circle cx="${x + w - 16}" cy="${y + NODE_HEIGHT / 2}" r="5" fill="${colours.state(state)}"/>` : "",
        ...rows.map(({ name }, at) => text(x + 14, y + NODE_HEIGHT + at * ROW_HEIGHT + 15, name ?? "–", colours.text, 12)),
      ];
    }),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${-MARGIN} ${-MARGIN} ${width} ${height}" font-family="system-ui, sans-serif">` +
    `<rect x="${-MARGIN}" y="${-MARGIN}" width="${width}" height="${height}" fill="${colours.background}"/>` +
    `${parts.join("")}</svg>`
  );
};

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
