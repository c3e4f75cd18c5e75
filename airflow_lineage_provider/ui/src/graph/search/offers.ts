import type { Schema } from "../../api/types";
import { columnNode } from "../../impact/nodeParts";
import type { Found } from "./HitLine";
import { recentNodes } from "./recent";

/** Something that may be picked: a node, and what is said of it. */
export type Offer = { readonly id: string; readonly hit: Found };

/** What may be picked of what was found: a dataset, a task, a DAG, or each of the columns that match. */
export const offersOf = (hits: readonly Schema<"Hit">[]): Offer[] =>
  hits.flatMap((hit): Offer[] => {
    const { node_id: id, type, name, namespace, columns } = hit;
    if (!id) return [];
    if (type !== "column") return [{ id, hit }];
    return columns.map((column) => ({ id: columnNode(id, column), hit: { type, namespace, name: `${name}.${column}` } }));
  });

/** What was looked at lately, of these types. */
export const recentOffers = (types: readonly string[] | undefined): Offer[] =>
  recentNodes()
    .filter(({ type }) => types === undefined || types.includes(type))
    .map((node) => ({ id: node.id, hit: { ...node, name: node.name ?? node.id } }));
