import { lazy, type ComponentType } from "react";

import type { TextKey } from "../i18n/t";
import type { PluginProps } from "./destination";

/** A page. Its file exports the component as default and is loaded when it is first shown. */
export type View = {
  readonly component: ComponentType<PluginProps>;
  /** Its name in the bar of the navigation page; without one it is not in the bar. */
  readonly label?: TextKey;
};

/** By the `view` of the query; those of a DAG, a run or a task take its ids from the props, or the query. */
export const VIEWS = {
  graph: { label: "app.views.graph", component: lazy(() => import("../graph/GraphView")) },
  impact: { label: "app.views.impact", component: lazy(() => import("../impact/ImpactView")) },
  findings: { label: "app.views.findings", component: lazy(() => import("../governance/findings/FindingsView")) },
  contracts: { label: "app.views.contracts", component: lazy(() => import("../governance/contracts/ContractsView")) },
  owners: { label: "app.views.owners", component: lazy(() => import("../governance/owners/OwnersView")) },
  audit: { label: "app.views.audit", component: lazy(() => import("../governance/audit/AuditView")) },
  health: { label: "app.views.health", component: lazy(() => import("../governance/health/HealthView")) },
  asset: { component: lazy(() => import("../asset/AssetView")) },
  dag: { component: lazy(() => import("../dag/DagView")) },
  dag_run: { component: lazy(() => import("../run/RunView")) },
  task: { component: lazy(() => import("../task/TaskView")) },
  task_instance: { component: lazy(() => import("../task/TaskInstanceView")) },
} satisfies Record<string, View>;

export type ViewName = keyof typeof VIEWS;

export const isViewName = (name: string | null): name is ViewName => name !== null && name in VIEWS;
