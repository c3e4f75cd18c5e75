const COLUMN = "column:";
const DATASET = "dataset:";

export type Parts = {
  /** Node id of the dataset, or empty. */
  readonly dataset: string;
  readonly column: string;
};

/** The dataset of a node and its column. A name of a column holds no colon here: ids of others are for the server. */
export const partsOf = (node: string): Parts => {
  if (node.startsWith(DATASET)) return { dataset: node, column: "" };
  const end = node.lastIndexOf(":");
  if (!node.startsWith(COLUMN) || end < COLUMN.length) return { dataset: "", column: "" };
  return { dataset: DATASET + node.slice(COLUMN.length, end), column: node.slice(end + 1) };
};

export const columnNode = (dataset: string, column: string): string =>
  `${COLUMN}${dataset.slice(DATASET.length)}:${column}`;

/** A node id without the word for its type. */
export const nodeText = (node: string): string => node.replace(/^(dataset|column|job|dag):/, "");
