/** What Airflow imports. No chunk may import it in turn: see vite.config.ts. */
import type { PluginProps } from "./app/destination";
import { headStart } from "./app/headStart";
import { loadRoot } from "./app/loadRoot";

const { createElement, lazy } = globalThis.React;
const loaded = loadRoot(() => import("./app/PluginRoot"));
const Root = lazy(() => loaded);
headStart(() => import("./graph/GraphView"));

globalThis.AirflowPlugin = function Lineage(props: PluginProps) {
  return createElement(Root, props);
};
