import { groupId } from "./elkGraph";
import type { Placed } from "./size";
import type { Picture } from "./useLayout";

/** Places of nodes from the corner of the whole: those in a box are told from its corner. */
export const absolutePlaces = ({ visible, groups, layout }: Pick<Picture, "visible" | "groups" | "layout">): Map<string, Placed> => {
  const places = new Map<string, Placed>();
  for (const { id } of visible.nodes) {
    const place = layout.places.get(id);
    if (!place) continue;
    const group = groups.get(id);
    const box = group === undefined ? undefined : layout.places.get(groupId(group));
    places.set(id, { ...place, x: place.x + (box?.x ?? 0), y: place.y + (box?.y ?? 0) });
  }
  return places;
};
