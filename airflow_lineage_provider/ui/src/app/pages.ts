import { lazy, type ComponentType, type LazyExoticComponent } from "react";

import type { PluginProps } from "./destination";
import { LoadError } from "./LoadError";
import { VIEWS, type View, type ViewName } from "./views";

type LazyPage = LazyExoticComponent<ComponentType<PluginProps>>;

const pages = new Map<ViewName, LazyPage>();

/** The component of a view, loaded when it is first shown. */
export const pageOf = (name: ViewName): LazyPage => {
  const known = pages.get(name);
  if (known) return known;
  const { load }: View = VIEWS[name];
  const page = lazy(() =>
    load().catch((error: unknown) => {
      throw new LoadError(error);
    }),
  );
  pages.set(name, page);
  return page;
};

/** Have a view loaded anew: React keeps for ever that its code could not be loaded. */
export const forgetPage = (name: ViewName): void => void pages.delete(name);
