import { useEffect, useMemo, useState } from "react";

import type { VisibleGraph } from "../model/visible";
import { fromElk, toElk, type Layout, type LayoutInput } from "./elkGraph";
import { layOut } from "./elkWorker";
import { boundsOf, isNarrowEnough } from "./frame";
import { layOutAtHand, MOST_AT_HAND } from "./layered";
import { DENSITIES, ROOMY, sizeOf, type Density, type Size } from "./size";

/** A graph with the places of its nodes. */
export type Picture = {
  readonly visible: VisibleGraph;
  readonly groups: ReadonlyMap<string, string>;
  readonly withColumns: boolean;
  readonly density: Density;
  readonly layout: Layout;
};
type Wanted = Omit<Picture, "density" | "layout">;
type Drawn = Pick<Picture, "density" | "layout">;

type Result = { readonly picture: Picture | null; readonly isBusy: boolean; readonly error: Error | null };

/**
 * Lay out a small graph at once and any other one in the worker; until that is done the picture is the one before.
 *
 * @param room what there is for it: where layers do not stand side by side there, nodes are narrower.
 */
export const useLayout = (
  visible: VisibleGraph | null,
  groups: ReadonlyMap<string, string>,
  withColumns: boolean,
  room: Size | null,
): Result => {
  const [picture, setPicture] = useState<Picture | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const wanted = useMemo(() => (visible ? { visible, groups, withColumns } : null), [visible, groups, withColumns]);
  const atHand = useMemo(() => {
    if (wanted === null || wanted.groups.size > 0 || wanted.visible.nodes.length > MOST_AT_HAND) return null;
    return { ...wanted, ...drawnAtHand(wanted, room) };
  }, [wanted, room]);
  useEffect(() => {
    if (wanted === null) return;
    if (atHand !== null) {
      setError(null);
      setPicture(atHand);
      return;
    }
    let isOld = false;
    drawnInWorker(wanted, room).then(
      (drawn) => {
        if (isOld) return;
        setError(null);
        setPicture({ ...wanted, ...drawn });
      },
      (reason: Error) => !isOld && setError(reason),
    );
    return () => {
      isOld = true;
    };
  }, [wanted, atHand, room]);
  const shown = atHand ?? picture;
  return { picture: shown, isBusy: wanted !== null && shown?.visible !== wanted.visible, error: atHand ? null : error };
};

/** The widest nodes with which all layers are in the window; where none do, the widest ones: they are read best. */
export const drawnAtHand = (wanted: Wanted, room: Size | null): Drawn => {
  const first = { density: ROOMY, layout: layOutAtHand(inputOf(wanted, ROOMY)) };
  if (isFitting(first, room)) return first;
  for (const density of DENSITIES.slice(1)) {
    const drawn = { density, layout: layOutAtHand(inputOf(wanted, density)) };
    if (isFitting(drawn, room)) return drawn;
  }
  return first;
};

const drawnInWorker = async (wanted: Wanted, room: Size | null): Promise<Drawn> => {
  let first: Drawn | null = null;
  // Of a large graph a layout takes long, and it does not fit anyway.
  for (const density of wanted.visible.nodes.length > MOST_AT_HAND ? [ROOMY] : DENSITIES) {
    const drawn = { density, layout: fromElk(await layOut(toElk(inputOf(wanted, density)))) };
    if (isFitting(drawn, room)) return drawn;
    first ??= drawn;
  }
  return first as Drawn;
};

const isFitting = ({ layout }: Drawn, room: Size | null): boolean =>
  room === null || layout.places.size === 0 || isNarrowEnough(boundsOf(layout.places.values()), room);

const inputOf = ({ visible, groups, withColumns }: Wanted, density: Density): LayoutInput => ({
  sizes: new Map(visible.nodes.map((node) => [node.id, sizeOf(node, withColumns, density)])),
  edges: visible.edges,
  groups,
  layerGap: density.layerGap,
});
