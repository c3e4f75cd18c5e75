import { useEffect, useMemo, useState } from "react";

import type { VisibleGraph } from "../model/visible";
import { fromElk, toElk, type Layout } from "./elkGraph";
import { layOut } from "./elkWorker";
import { sizeOf } from "./size";

/** A graph with the places of its nodes. */
export type Picture = {
  readonly visible: VisibleGraph;
  readonly groups: ReadonlyMap<string, string>;
  readonly withColumns: boolean;
  readonly layout: Layout;
};

type Result = { readonly picture: Picture | null; readonly isBusy: boolean; readonly error: Error | null };

/** Lay out in the worker; until that is done the picture is the one before. */
export const useLayout = (
  visible: VisibleGraph | null,
  groups: ReadonlyMap<string, string>,
  withColumns: boolean,
): Result => {
  const [picture, setPicture] = useState<Picture | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const wanted = useMemo(() => (visible ? { visible, groups, withColumns } : null), [visible, groups, withColumns]);
  useEffect(() => {
    if (wanted === null) return;
    let isOld = false;
    const sizes = new Map(wanted.visible.nodes.map((node) => [node.id, sizeOf(node, wanted.withColumns)]));
    layOut(toElk({ sizes, edges: wanted.visible.edges, groups: wanted.groups })).then(
      (graph) => {
        if (isOld) return;
        setError(null);
        setPicture({ ...wanted, layout: fromElk(graph) });
      },
      (reason: Error) => !isOld && setError(reason),
    );
    return () => {
      isOld = true;
    };
  }, [wanted]);
  return { picture, isBusy: wanted !== null && picture?.visible !== wanted.visible, error };
};
