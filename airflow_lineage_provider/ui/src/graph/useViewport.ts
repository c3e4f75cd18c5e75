import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useLayoutEffect, useRef } from "react";

import { absolutePlaces } from "./layout/places";
import type { Placed } from "./layout/size";
import type { Picture } from "./layout/useLayout";

/** More than this fitted into the window cannot be read, and costs to draw. */
const MOST_FITTED = 80;
/** Below it the small text of a node is smaller than 11 pixels. */
const LEAST_READABLE = 0.92;
const MARGIN = 24;

type Viewport = {
  /** Name the node that is to stay where it is on screen when the next picture comes. */
  readonly keep: (id: string) => void;
  readonly centre: () => void;
  /** Bring a node into the window that is not in it. */
  readonly reveal: (id: string) => void;
};

/**
 * Keep the eye where it was: a new root comes into view, what is expanded stays at its place, what is selected is
 * not left behind the drawer. Places are known from the layout: React Flow learns them later.
 */
export const useViewport = (picture: Picture, root: string, selected: string | null): Viewport => {
  const { getViewport, setViewport, viewportInitialized } = useReactFlow();
  const store = useStoreApi();
  const before = useRef<{ root: string; picture: Picture } | null>(null);
  const kept = useRef<string | null>(null);

  const show = useCallback(
    (box: Placed, zoom: number) => {
      const { width, height } = store.getState();
      const [x, y] = [width / 2 - (box.x + box.width / 2) * zoom, height / 2 - (box.y + box.height / 2) * zoom];
      void setViewport({ x, y, zoom });
    },
    [setViewport, store],
  );
  const centre = useCallback(() => {
    const places = absolutePlaces(picture);
    const place = places.get(root);
    if (!place) return;
    const { width, height } = store.getState();
    const all = boundsOf([...places.values()]);
    // As wide as the window, where that can still be read: to go up and down is easier than in all directions.
    const fitting = (width - 2 * MARGIN) / all.width;
    const zoom = fitting >= LEAST_READABLE ? Math.min(1, fitting) : 1;
    const x = within(width, zoom * (place.x + place.width / 2), zoom * all.x, zoom * (all.x + all.width));
    const y = within(height, zoom * (place.y + NODE_ROOM / 2), zoom * all.y, zoom * (all.y + all.height));
    void setViewport({ x, y, zoom });
  }, [picture, root, setViewport, store]);

  useLayoutEffect(() => {
    if (!viewportInitialized || before.current?.picture === picture) return;
    const last = before.current;
    const anchor = kept.current ?? root;
    kept.current = null;
    before.current = { root, picture };
    const places = absolutePlaces(picture);
    const now = places.get(anchor);
    const then = last?.root === root ? absolutePlaces(last.picture).get(anchor) : undefined;
    if (then && now) {
      const { x, y, zoom } = getViewport();
      void setViewport({ x: x + (then.x - now.x) * zoom, y: y + (then.y - now.y) * zoom, zoom });
      return;
    }
    const all = boundsOf([...places.values()]);
    const { width, height } = store.getState();
    const zoom = Math.min(1, (width - 2 * MARGIN) / all.width, (height - 2 * MARGIN) / all.height);
    if (places.size > MOST_FITTED || zoom < LEAST_READABLE) centre();
    else show(all, zoom);
  }, [picture, root, viewportInitialized, centre, getViewport, setViewport, show, store]);

  const reveal = useCallback(
    (id: string) => {
      const place = before.current && absolutePlaces(before.current.picture).get(id);
      if (!place) return;
      const { width, height } = store.getState();
      const { x, y, zoom } = getViewport();
      const [left, top] = [place.x * zoom + x, place.y * zoom + y];
      const isSeen = left > 0 && top > 0 && left + place.width * zoom < width && top + NODE_ROOM * zoom < height;
      if (!isSeen) show({ ...place, height: NODE_ROOM }, zoom);
    },
    [getViewport, show, store],
  );
  useEffect(() => {
    if (selected === null) return undefined;
    // The drawer takes room from the graph with the next frames.
    const timer = setTimeout(() => reveal(selected), 100);
    return () => clearTimeout(timer);
  }, [selected, reveal]);

  return { keep: useCallback((id: string) => void (kept.current = id), []), centre, reveal };
};

const NODE_ROOM = 48;

/** Where a picture begins, so that a place of it is in the middle; but nothing is left empty while something is cut. */
const within = (size: number, middle: number, start: number, end: number): number => {
  if (end - start + 2 * MARGIN <= size + 1) return size / 2 - (start + end) / 2;
  return Math.min(MARGIN - start, Math.max(size - MARGIN - end, size / 2 - middle));
};

const boundsOf = (places: readonly Placed[]): Placed => {
  const x = Math.min(...places.map((place) => place.x));
  const y = Math.min(...places.map((place) => place.y));
  return {
    x,
    y,
    width: Math.max(...places.map((place) => place.x + place.width)) - x,
    height: Math.max(...places.map((place) => place.y + place.height)) - y,
  };
};
