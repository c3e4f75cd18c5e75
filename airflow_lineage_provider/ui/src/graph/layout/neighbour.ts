import type { Picture } from "./useLayout";
import { absolutePlaces } from "./places";

export type Arrow = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

export const isArrow = (key: string): key is Arrow => /^Arrow(Left|Right|Up|Down)$/.test(key);

/** Where an arrow key leads: left to what a node comes from, right to where it goes, up and down within a layer. */
export const neighbourOf = (picture: Picture, id: string, key: Arrow): string | null => {
  const places = absolutePlaces(picture);
  const here = places.get(id);
  if (!here) return null;
  const nearest = (ids: readonly string[], distance: (id: string) => number): string | null =>
    ids.filter((other) => other !== id && places.has(other)).sort((one, other) => distance(one) - distance(other))[0] ?? null;
  const heightTo = (other: string): number => Math.abs((places.get(other)?.y ?? 0) - here.y);
  const { edges, nodes } = picture.visible;
  if (key === "ArrowLeft") return nearest(edges.flatMap(({ source, target }) => (target === id ? [source] : [])), heightTo);
  if (key === "ArrowRight") return nearest(edges.flatMap(({ source, target }) => (source === id ? [target] : [])), heightTo);
  const layer = nodes.flatMap((node) => {
    const place = places.get(node.id);
    const isThere = place && Math.abs(place.x - here.x) < here.width && (key === "ArrowUp" ? place.y < here.y : place.y > here.y);
    return isThere ? [node.id] : [];
  });
  return nearest(layer, heightTo);
};
