import { expect, test } from "vitest";

import { summaryOf } from "./entryColumns";

test("an entry is told by its words", () => {
  expect(summaryOf({ action: "waive", reason: "moves", ticket: "DATA-7" })).toBe("waive · moves");
});

test("an entry without words is told by its numbers", () => {
  expect(summaryOf({ changes: [1, 2], findings: 7, opened: {}, gate: null, is_cut: false })).toBe("changes 2, findings 7, opened 0, gate, is cut false");
});
