import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";

import { ErrorState } from "../../ui/ErrorState";
import { LoadingState } from "../../ui/LoadingState";
import { focusOn, type GraphState } from "../model/urlState";
import type { ChangeState } from "../useGraphState";
import { columnQuery } from "../useKnownGraph";

type Props = { readonly state: GraphState; readonly onChange: ChangeState };

/** A column in the address becomes its dataset with that column picked: only the server can tell the two apart. */
export const ColumnRoot = ({ state, onChange }: Props) => {
  const { data, error, refetch } = useQuery(columnQuery({ ...state, node: state.node ?? "", depth: 1 }));
  const column = data?.nodes.find(({ id }) => id === data.root);
  useEffect(() => {
    const dataset = column?.dataset;
    if (dataset) onChange({ ...focusOn(dataset), level: "column", selected: dataset, column: column.name ?? null }, { replace: true });
  }, [column, onChange]);
  return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <LoadingState />;
};
