import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router-dom";

import { stateOf, withState, type GraphState } from "./model/urlState";

export type ChangeState = (change: Partial<GraphState>, options?: { readonly replace?: boolean }) => void;

/** The state in the address, and how to change it. */
export const useGraphState = (): [GraphState, ChangeState] => {
  const [query, setQuery] = useSearchParams();
  const text = query.toString();
  const state = useMemo(() => stateOf(new URLSearchParams(text)), [text]);
  const change = useCallback<ChangeState>(
    (changed, options) => setQuery((current) => withState(current, changed), options),
    [setQuery],
  );
  return [state, change];
};
