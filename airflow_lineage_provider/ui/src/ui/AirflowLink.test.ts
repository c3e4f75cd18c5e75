import { expect, test } from "vitest";

import { dagPath } from "./AirflowLink";

test.each([
  [["shop"], "/dags/shop"],
  [["shop", "manual__1+00:00"], "/dags/shop/runs/manual__1%2B00%3A00"],
  [["shop", null, "load", 3], "/dags/shop/tasks/load"],
  [["shop", "r", "load", -1], "/dags/shop/runs/r/tasks/load"],
  [["shop", "r", "group.load", 0], "/dags/shop/runs/r/tasks/group.load/mapped/0"],
] as [Parameters<typeof dagPath>, string][])("%j has its page in Airflow at %s", (parts, path) => {
  expect(dagPath(...parts)).toBe(path);
});
