import { expect, test } from "vitest";

import { exportChain } from "./exportChain";

const line = (seq: number) => `${JSON.stringify({ seq, kind: "verdict" })}\n`;

test("pages are asked for until an empty one", async () => {
  const asked: number[] = [];
  const counts: number[] = [];
  const pages: Record<number, string> = { 0: line(1) + line(2), 2: line(5), 5: "" };
  const found = await exportChain(
    (after) => {
      asked.push(after);
      return Promise.resolve(pages[after] ?? "");
    },
    (count) => counts.push(count),
  );
  expect(asked).toEqual([0, 2, 5]);
  expect(counts).toEqual([2, 3]);
  expect(found).toEqual({ parts: [line(1) + line(2), line(5)], entries: 3 });
});

test("an empty chain has no parts", async () => {
  expect(await exportChain(() => Promise.resolve(""), () => undefined)).toEqual({ parts: [], entries: 0 });
});

test("a server that answers the same page again is not asked forever", async () => {
  await expect(exportChain(() => Promise.resolve(line(1)), () => undefined)).rejects.toThrow(/after entry 1/);
});
