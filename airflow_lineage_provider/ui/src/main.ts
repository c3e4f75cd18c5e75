/** What Airflow imports. It imports nothing itself: see vite.config.ts. */
import type { PluginProps } from "./app/destination";

const { createElement, lazy } = globalThis.React;
const Root = lazy(() => import("./app/PluginRoot"));

globalThis.AirflowPlugin = function Lineage(props: PluginProps) {
  return createElement(Root, props);
};
