import type { Schema } from "../api/types";

type ImpactItem = Schema<"ImpactItem">;

/** A name inside a cell of a Markdown table: nothing in it can end the cell, the line or start markup. */
export const cell = (text: string): string => {
  return text
    .replace(/[\r\n\t]+/g, " ")
    .replace(/([\\`*_[\]<>|#~])/g, "\\$1")
    .trim();
};

export type MarkdownWords = {
  heading: string;
  restricted: string;
  nobody: string;
  columns: [string, string, string, string, string, string];
  more: (hidden: number) => string;
};

/** The list as a Markdown table, one row for each item. `nextRun` answers text by DAG id. */
export const impactMarkdown = (
  items: readonly ImpactItem[],
  total: number,
  nextRun: (dagId: string) => string | null,
  words: MarkdownWords,
): string => {
  const lines = [
    `### ${cell(words.heading)}`,
    "",
    `| ${words.columns.join(" | ")} |`,
    `|${" --- |".repeat(words.columns.length)}`,
    ...items.map((item) => {
      const dags = item.dag_ids.map((dagId) => {
        const next = nextRun(dagId);
        return next === null ? cell(dagId) : `${cell(dagId)} (${cell(next)})`;
      });
      return `| ${[
        item.degree,
        item.type,
        item.masked ? `_${words.restricted}_` : cell(itemName(item)),
        item.owners.length > 0 ? item.owners.map(cell).join(", ") : words.nobody,
        item.status,
        dags.join(", "),
      ].join(" | ")} |`;
    }),
  ];
  if (total > items.length) lines.push("", words.more(total - items.length));
  return `${lines.join("\n")}\n`;
};

/** What people call the item: of a column its dataset and column, else its name. */
export const itemName = (item: ImpactItem): string => {
  if (item.type === "column" && item.dataset) {
    const dataset = item.dataset.replace(/^dataset:/, "");
    return `${dataset}.${item.name ?? "?"}`;
  }
  return item.name ?? item.id;
};
