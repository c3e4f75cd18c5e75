import { createContext, useContext } from "react";

import type { Side } from "../model/types";

/** What a node can ask for. One object for the life of the graph, so that nodes are not drawn anew for it. */
export type NodeActions = {
  readonly toggle: (side: Side, id: string, isShut: boolean) => void;
  readonly pickColumn: (id: string, column: string) => void;
};

export const ActionsContext = createContext<NodeActions>({ toggle: () => undefined, pickColumn: () => undefined });

export const useActions = (): NodeActions => useContext(ActionsContext);
