import { useCallback, useEffect, useState } from "react";

type Size = { readonly width: number; readonly height: number };
type Place = { readonly element: Element | null; readonly size: Size | null };
type Room = {
  /** For the element that is to be measured. */
  readonly ref: (element: Element | null) => void;
  /** Null where nothing has a size. */
  readonly room: Size | null;
  /** Whether the element is there, and has been measured. */
  readonly isThere: boolean;
};

/** How large an element is, from when it comes and while it changes. */
export const useRoom = (): Room => {
  const [{ element, size }, setPlace] = useState<Place>({ element: null, size: null });
  const ref = useCallback((next: Element | null) => setPlace((before) => measured(next, before)), []);
  useEffect(() => {
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setPlace((before) => measured(element, before)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return { ref, room: size, isThere: element !== null };
};

const measured = (element: Element | null, before: Place): Place => {
  const { clientWidth: width = 0, clientHeight: height = 0 } = element ?? {};
  const isSame = width === before.size?.width && height === before.size.height;
  const size = isSame || width === 0 || height === 0 ? before.size : { width, height };
  return element === before.element && size === before.size ? before : { element, size };
};
