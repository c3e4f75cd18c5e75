import { expect, test } from "vitest";

import { byTask, touched } from "./byTask";
import { anAttempt, aRun, touching } from "./example";

test("tasks come in the order in which they started", () => {
  const groups = byTask([
    anAttempt({ run: aRun({ id: 2, task_id: "b", started_at: "2026-06-01T09:00:00Z" }) }),
    anAttempt({ run: aRun({ id: 3, task_id: "a", started_at: "2026-06-01T08:00:00Z" }) }),
  ]);
  expect(groups.map((group) => group.task)).toEqual(["a", "b"]);
});

test("mapped instances are one task: rows are summed, datasets named once", () => {
  const [group] = byTask([
    anAttempt({ run: aRun({ id: 1, map_index: 0 }), inputs: [touching("raw")], statements: ["f1"] }),
    anAttempt({
      run: aRun({ id: 2, map_index: 1, errors: 2 }),
      inputs: [touching("raw", { rows: 5, evidence: ["declared"] })],
      statements: ["f1", "f2"],
    }),
  ]);
  expect(group?.inputs).toEqual([
    {
      namespace: "postgres://db:5432",
      name: "raw",
      rows: 15,
      bytes: null,
      evidence: ["declared", "sql"],
      states: ["read"],
      instances: 2,
    },
  ]);
  expect([group?.statements, group?.duration, group?.errors]).toEqual([["f1", "f2"], 6, 2]);
});

test("rows of which one instance says nothing are not known", () => {
  expect(touched([touching("raw"), touching("raw", { rows: null })])[0]?.rows).toBeNull();
});

test("datasets of one name in two namespaces stay two", () => {
  expect(touched([touching("raw"), touching("raw", { namespace: "s3://lake" })])).toHaveLength(2);
});
