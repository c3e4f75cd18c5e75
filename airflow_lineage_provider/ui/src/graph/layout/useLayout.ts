import { useEffect, useMemo, useState } from "react";

import type { VisibleGraph } from "../model/visible";
import { fromElk, toElk, type Layout } from "./elkGraph";
import { layOut } from "./elkWorker";
import { layOutAtHand, MOST_AT_HAND } from "./layered";
import { sizeOf, type Size } from "./size";

/** A graph with the places of its nodes. */
export type Picture = {
  readonly visible: VisibleGraph;
  readonly groups: ReadonlyMap<string, string>;
  readonly withColumns: boolean;
  readonly layout: Layout;
};

type Result = { readonly picture: Picture | null; readonly isBusy: boolean; readonly error: Error | null };

/** Lay out a small graph at once and any other one in the worker; until that is done the picture is the one before. */
export const useLayout = (
  visible: VisibleGraph | null,
  groups: ReadonlyMap<string, string>,
  withColumns: boolean,
): Result => {
  const [picture, setPicture] = useState<Picture | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const wanted = useMemo(() => (visible ? { visible, groups, withColumns } : null), [visible, groups, withColumns]);
  const atHand = useMemo(() => {
    if (wanted === null || wanted.groups.size > 0 || wanted.visible.nodes.length > MOST_AT_HAND) return null;
    return { ...wanted, layout: layOutAtHand({ sizes: sizesOf(wanted), edges: wanted.visible.edges }) };
  }, [wanted]);
  useEffect(() => {
    if (wanted === null) return;
    if (atHand !== null) {
      setError(null);
      setPicture(atHand);
      return;
    }
    let isOld = false;
    layOut(toElk({ sizes: sizesOf(wanted), edges: wanted.visible.edges, groups: wanted.groups })).then(
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
  }, [wanted, atHand]);
  const shown = atHand ?? picture;
  return { picture: shown, isBusy: wanted !== null && shown?.visible !== wanted.visible, error: atHand ? null : error };
};

const sizesOf = ({ visible, withColumns }: Omit<Picture, "layout">): Map<string, Size> =>
  new Map(visible.nodes.map((node) => [node.id, sizeOf(node, withColumns)]));
