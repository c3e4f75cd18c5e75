import type { Schema } from "../api/types";
import { t } from "../i18n/t";

type Line = Schema<"ColumnLine">;
export type ColumnGroup = { readonly key: string; readonly output: Line["output"]; readonly lines: readonly Line[] };

/** Lines by the column they lead to. Masked columns have no name, so each line of one stands alone. */
export const byOutput = (lines: readonly Line[]): ColumnGroup[] => {
  const groups = new Map<string, Line[]>();
  lines.forEach((line, at) => {
    const { dataset_namespace, dataset_name, name } = line.output;
    const key = JSON.stringify([dataset_namespace, dataset_name, name ?? at]);
    groups.set(key, [...(groups.get(key) ?? []), line]);
  });
  return [...groups.entries()].flatMap(([key, members]) => {
    const first = members[0];
    return first ? [{ key, output: first.output, lines: members }] : [];
  });
};

/** `DIRECT / AGGREGATION, masking`: what was done on the way. */
export const transformationText = (transformations: readonly Readonly<Record<string, unknown>>[]): string =>
  transformations
    .map(({ type, subtype, masking }) =>
      [[type, subtype].filter((word) => typeof word === "string" && word !== "").join(" / "), masking === true ? t("task.masking") : ""]
        .filter(Boolean)
        .join(", "),
    )
    .join("; ")
    .toLowerCase();
