import { t } from "../../i18n/t";
import type { GraphNode } from "./types";

/** The name to show: the task of a job, the last parts of a dataset's name; masked ones have none. */
export const titleOf = (node: GraphNode): string => {
  if (node.masked) return t("app.restricted");
  if (node.task_id) return node.task_id;
  const name = node.dag_id && node.type === "dag" ? node.dag_id : (node.name ?? node.id);
  return node.type === "dataset" ? lastParts(name) : name;
};

/** Where it is: the DAG of a task, else the namespace. */
export const subtitleOf = (node: GraphNode): string => {
  if (node.masked) return t(`graph.types.${node.type}`);
  if (node.type === "job" || node.type === "run") return node.dag_id ?? node.namespace ?? "";
  return node.namespace ?? "";
};

/** `db.schema.table` and `a/b/c/d.csv` by what tells them apart: their ends. */
const lastParts = (name: string): string => {
  const parts = name.split("/");
  return parts.length > 2 ? `…/${parts.slice(-2).join("/")}` : name;
};
