import type { MouseEvent } from "react";

import { t } from "../../i18n/t";
import { sideAction, type SideAction } from "../model/sideAction";
import type { Side } from "../model/types";
import { useActions } from "./actions";

type Props = {
  readonly id: string;
  readonly name: string;
  readonly side: Side;
  /** Neighbours that are not shown; null where nobody knows. */
  readonly hidden: number | null;
  readonly canShut: boolean;
  readonly tabIndex: number;
};

const labelOf = (action: SideAction, side: Side, name: string, hidden: number | null): string => {
  if (action === "shut") return t(side === "up" ? "graph.canvas.collapseUp" : "graph.canvas.collapseDown", { name });
  const label = t(side === "up" ? "graph.canvas.expandUp" : "graph.canvas.expandDown", { name });
  return hidden === null ? `${label}: ${t("graph.canvas.uncounted")}` : `${label}: ${t("graph.canvas.counted", { count: hidden })}`;
};

/** "+3" for neighbours that are not shown, "−" to put away those that are. */
export const ExpandButton = ({ id, name, side, hidden, canShut, tabIndex }: Props) => {
  const { toggle } = useActions();
  const action = sideAction(hidden, canShut);
  if (action === null) return null;
  const opens = action === "open";
  // What nobody has counted is offered only to who points at the node: it may be nothing.
  const isQuiet = !opens || hidden === null;
  const label = labelOf(action, side, name, hidden);
  const onClick = (event: MouseEvent): void => {
    event.stopPropagation();
    toggle(side, id, !opens);
  };
  return (
    <button
      aria-label={label}
      className="lineage-expand nodrag"
      data-quiet={isQuiet ? "" : undefined}
      data-side={side}
      onClick={onClick}
      tabIndex={tabIndex}
      title={label}
      type="button"
    >
      {opens ? `+${hidden ?? ""}` : "−"}
    </button>
  );
};
