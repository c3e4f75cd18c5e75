/** What can be done with a side of a node: show neighbours, or put them away. */
export type SideAction = "open" | "shut";

/** `hidden` counts neighbours that are not shown; `null` where nobody knows, so that it may be none. */
export const sideAction = (hidden: number | null, canShut: boolean): SideAction | null => {
  if (hidden === null ? !canShut : hidden > 0) return "open";
  return canShut ? "shut" : null;
};
