import { expect, test } from "vitest";

import { nextRunText } from "./nextRun";

const NEXT = { dag_id: "report", next_run_at: "2026-06-01T08:00:00Z", schedule: "@daily", is_paused: false };

test("a paused DAG runs at no time, whatever its schedule says", () => {
  expect(nextRunText({ ...NEXT, is_paused: true })).toBe("paused");
  expect(nextRunText(NEXT)).toMatch(/^next .*2026/);
});

test("a DAG without a time says what starts it", () => {
  expect(nextRunText({ ...NEXT, next_run_at: null, schedule: "Asset" })).toBe("on Asset");
  expect(nextRunText({ ...NEXT, next_run_at: null, schedule: null })).toBe("no schedule");
  expect(nextRunText(undefined)).toBeNull();
});
