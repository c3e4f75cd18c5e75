import type { ComponentType } from "react";

import type { PluginProps } from "./destination";

type Loaded = { readonly default: ComponentType<PluginProps> };

/** Not in `en.ts`: what cannot be loaded has the texts too. */
const TEXT = "The Lineage view could not be loaded: the API server did not answer, or was updated meanwhile.";
const RETRY = "Load the page anew";

/**
 * The app, or a few words in its place. Asked for twice, as it may be no more than a moment without a connection.
 * Outside of the app nothing catches what it throws but Airflow's router, which replaces its whole page.
 */
export const loadRoot = (load: () => Promise<Loaded>): Promise<Loaded> =>
  load()
    .catch(load)
    .catch(() => ({ default: Unloaded }));

const Unloaded = () => {
  const { createElement } = globalThis.React;
  const again = { onClick: () => window.location.reload(), style: { textDecoration: "underline" }, type: "button" as const };
  return createElement(
    "div",
    { role: "alert", style: { padding: "1rem" } },
    createElement("p", null, TEXT),
    createElement("button", again, RETRY),
  );
};
