import { useLayoutEffect, useState } from "react";

type Size = { readonly width: number; readonly height: number };

/** How large an element is, and stays known to be while it changes; null where nothing has a size. */
export const useRoom = (element: Element | null): Size | null => {
  const [room, setRoom] = useState<Size | null>(null);
  useLayoutEffect(() => {
    if (element === null) return undefined;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width > 0 && height > 0) {
        setRoom((before) => (before?.width === width && before.height === height ? before : { width, height }));
      }
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return room;
};
