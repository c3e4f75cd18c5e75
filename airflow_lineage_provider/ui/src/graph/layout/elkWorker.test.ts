import { expect, test, vi } from "vitest";

import { elkFile } from "../../../scripts/elkFile.mjs";

test("the worker is loaded under a name that a browser may keep for ever", async () => {
  const started: URL[] = [];
  vi.stubGlobal(
    "Worker",
    class {
      constructor(file: URL) {
        started.push(file);
      }
      postMessage(): void {}
    },
  );
  const { warmUp } = await import("./elkWorker");
  warmUp();
  warmUp();
  expect(started.map(({ pathname, search }) => pathname + search)).toEqual([`/lineage/static/${elkFile}`]);
  // What the server takes for a hash.
  expect(elkFile).toMatch(/-[\w-]{8}\.js$/);
  vi.unstubAllGlobals();
});
