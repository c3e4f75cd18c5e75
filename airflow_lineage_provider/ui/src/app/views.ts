import type { ComponentType } from "react";

import type { TextKey } from "../i18n/t";
import type { PluginProps } from "./destination";

type Page = { readonly default: ComponentType<PluginProps> };

/** A page. Its file exports the component as default and is loaded when it is first shown. */
export type View = {
  readonly load: () => Promise<Page>;
  /** Its name in the bar of the navigation page; without one it is not in the bar. */
  readonly label?: TextKey;
};

/** By the `view` of the query; those of a DAG, a run or a task take its ids from the props, or the query. */
export const VIEWS = {
  graph: { label: "app.views.graph", load: () => import("../graph/GraphView") },
  impact: { label: "app.views.impact", load: () => import("../impact/ImpactView") },
  findings: { label: "app.views.findings", load: () => import("../governance/findings/FindingsView") },
  contracts: { label: "app.views.contracts", load: () => import("../governance/contracts/ContractsView") },
  owners: { label: "app.views.owners", load: () => import("../governance/owners/OwnersView") },
  audit: { label: "app.views.audit", load: () => import("../governance/audit/AuditView") },
  health: { label: "app.views.health", load: () => import("../governance/health/HealthView") },
  asset: { load: () => import("../asset/AssetView") },
  dag: { load: () => import("../dag/DagView") },
  dag_run: { load: () => import("../run/RunView") },
  task: { load: () => import("../task/TaskView") },
  task_instance: { load: () => import("../task/TaskInstanceView") },
} satisfies Record<string, View>;

export type ViewName = keyof typeof VIEWS;

export const isViewName = (name: string | null): name is ViewName => name !== null && Object.hasOwn(VIEWS, name);
