/** One page of the export: lines of JSON, each with its `seq`; empty is the end. */
export type ReadPage = (after: number) => Promise<string>;

export type Exported = {
  parts: string[];
  entries: number;
};

/** The whole chain, page by page. Throws where a page does not go on: the server would be asked forever. */
export const exportChain = async (read: ReadPage, onEntries: (count: number) => void): Promise<Exported> => {
  const parts: string[] = [];
  let [after, entries] = [0, 0];
  for (;;) {
    const text = await read(after);
    const lines = text.split("\n").filter((line) => line !== "");
    const last = lines[lines.length - 1];
    if (last === undefined) return { parts, entries };
    const seq = placeOf(last);
    if (seq === null || seq <= after) throw new Error(`The export does not go on after entry ${after}.`);
    parts.push(text.endsWith("\n") ? text : `${text}\n`);
    entries += lines.length;
    after = seq;
    onEntries(entries);
  }
};

const placeOf = (line: string): number | null => {
  const entry: unknown = JSON.parse(line);
  const seq = typeof entry === "object" && entry !== null ? (entry as { seq?: unknown }).seq : null;
  return typeof seq === "number" ? seq : null;
};
