import { useReactFlow, useStore, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useLayoutEffect, useRef } from "react";

import { boundsOf, frameOf, isInside, isReadable, type Frame } from "./layout/frame";
import { absolutePlaces } from "./layout/places";
import { NODE_HEIGHT, type Placed } from "./layout/size";
import type { Picture } from "./layout/useLayout";

type Before = { readonly root: string; readonly picture: Picture; readonly width: number; readonly height: number };
type Left = Before & { readonly at: number; readonly frame: Frame; readonly kept: string | null; readonly isMoved: boolean };

/** Airflow puts a page of ours away and draws it anew when its address changes for the first time: that is no new look at it. */
let left: Left | null = null;
/** Milliseconds in which it does. */
const ANEW = 1_000;

type Viewport = {
  /** Name the node that is to stay where it is on screen when the next picture comes. */
  readonly keep: (id: string) => void;
  readonly centre: () => void;
  /** Bring a node into the window that is not in it. */
  readonly reveal: (id: string) => void;
  /** Say that somebody chose what is in the window: it is not chosen for him any more. */
  readonly leave: () => void;
  /** Whether all of the graph can be in the window and be read. */
  readonly isWhole: boolean;
};

/**
 * Keep the eye where it was: a new root comes into view, what is expanded stays at its place unless what came has no
 * room there, what is selected is not left behind the drawer. Who has moved the picture keeps it as he moved it.
 * Places are known from the layout: React Flow learns them later.
 */
export const useViewport = (picture: Picture, root: string, selected: string | null): Viewport => {
  const { getViewport, setViewport, viewportInitialized } = useReactFlow();
  const store = useStoreApi();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const before = useRef<Before | null>(null);
  const frameBefore = useRef<Frame | null>(null);
  const kept = useRef<string | null>(null);
  const isMoved = useRef(false);
  useLayoutEffect(() => {
    // Only now the one before has gone: it is put away after this one was first drawn.
    if (left && performance.now() - left.at < ANEW) {
      before.current = left;
      frameBefore.current = left.frame;
      kept.current = left.kept;
      isMoved.current = left.isMoved;
    }
    return () => {
      if (before.current) left = { ...before.current, at: performance.now(), frame: getViewport(), kept: kept.current, isMoved: isMoved.current };
    };
  }, [getViewport]);

  const frame = useCallback(
    (around: readonly (string | null)[]): Frame | null => {
      const places = absolutePlaces(picture);
      if (places.size === 0) return null;
      const { width, height } = store.getState();
      const found = around.flatMap((id) => (id === null ? [] : (places.get(id) ?? [])));
      return frameOf(boundsOf(places.values()), found.map(headOf), { width, height });
    },
    [picture, store],
  );
  const show = useCallback(
    (around: readonly (string | null)[]): void => {
      const next = frame(around);
      if (next) void setViewport(next);
    },
    [frame, setViewport],
  );
  const centre = useCallback(() => {
    isMoved.current = false;
    show([root]);
  }, [root, show]);

  useLayoutEffect(() => {
    if (!viewportInitialized || width === 0) return;
    const last = before.current;
    if (last?.picture === picture && last.width === width && last.height === height) return;
    before.current = { root, picture, width, height };
    if (last?.root !== root) {
      isMoved.current = false;
      kept.current = null;
      show([selected, root]);
      return;
    }
    if (last.picture === picture) {
      // The window is another one, or the drawer came or went.
      if (!isMoved.current) show([selected, root]);
      return;
    }
    const anchor = kept.current ?? root;
    // What was opened comes with a later picture than the one that asks for it.
    if (picture.visible.nodes.length !== last.picture.visible.nodes.length) kept.current = null;
    const places = absolutePlaces(picture);
    const placesBefore = absolutePlaces(last.picture);
    const [now, then] = [places.get(anchor), placesBefore.get(anchor)];
    if (!now || !then) {
      show([selected, root]);
      return;
    }
    const { x, y, zoom } = frameBefore.current ?? getViewport();
    frameBefore.current = null;
    const stayed = { x: x + (then.x - now.x) * zoom, y: y + (then.y - now.y) * zoom, zoom };
    const room = { width, height };
    // All of it where that can be read; else at least what is new.
    const due = isReadable(boundsOf(places.values()), room) ? [...places] : [...places].filter(([id]) => !placesBefore.has(id));
    if (isMoved.current || due.every(([, place]) => isInside(headOf(place), stayed, room))) void setViewport(stayed);
    else show([anchor]);
  }, [picture, root, selected, width, height, viewportInitialized, getViewport, setViewport, show]);

  const reveal = useCallback(
    (id: string) => {
      const place = before.current && absolutePlaces(before.current.picture).get(id);
      if (!place) return;
      const { width, height } = store.getState();
      const { x, y, zoom } = getViewport();
      if (isInside(headOf(place), { x, y, zoom }, { width, height })) return;
      const middle = headOf(place);
      void setViewport({
        x: width / 2 - (middle.x + middle.width / 2) * zoom,
        y: height / 2 - (middle.y + middle.height / 2) * zoom,
        zoom,
      });
    },
    [getViewport, setViewport, store],
  );
  useEffect(() => {
    if (selected === null) return undefined;
    // The drawer takes room from the graph with the next frames.
    const timer = setTimeout(() => reveal(selected), 100);
    return () => clearTimeout(timer);
  }, [selected, reveal]);

  const places = absolutePlaces(picture);
  return {
    keep: useCallback((id: string) => void (kept.current = id), []),
    centre,
    reveal,
    leave: useCallback(() => void (isMoved.current = true), []),
    isWhole: places.size === 0 || width === 0 || isReadable(boundsOf(places.values()), { width, height }),
  };
};

/** Of a node with many columns it is the head that has to be seen. */
const headOf = (place: Placed): Placed => ({ ...place, height: Math.min(place.height, 2 * NODE_HEIGHT) });
