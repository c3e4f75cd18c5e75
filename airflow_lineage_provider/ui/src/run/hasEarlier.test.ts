import { expect, test } from "vitest";

import { aRun } from "./example";
import { hasEarlier } from "./hasEarlier";

const EARLIER = aRun({ run_id: "a", started_at: "2026-06-01T08:00:00Z" });
const LATER = aRun({ run_id: "b", started_at: "2026-06-02T08:00:00Z" });

test("a run is compared only with one that began before it", () => {
  expect(hasEarlier([EARLIER, LATER], "b", "previous")).toBe(true);
  expect(hasEarlier([EARLIER, LATER], "a", "previous")).toBe(false);
  expect(hasEarlier([LATER, LATER], "b", "previous")).toBe(false);
});

test("a run that failed is no last success", () => {
  expect(hasEarlier([{ ...EARLIER, state: "failed" }, LATER], "b", "last-success")).toBe(false);
  expect(hasEarlier([{ ...EARLIER, state: "failed" }, LATER], "b", "previous")).toBe(true);
});
