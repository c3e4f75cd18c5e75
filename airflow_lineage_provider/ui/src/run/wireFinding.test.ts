import { expect, test } from "vitest";

import { findingsIn, standingOf } from "./wireFinding";

const WIRE = {
  key: "k",
  rule: "owner-missing",
  level: "block",
  result: "fail",
  dataset: { namespace: "s3://lake", name: "orders" },
  message: "nobody owns it",
  fix: "register one",
  waiver: null,
  is_baselined: false,
};

test("a finding of a verdict says what it is about", () => {
  expect(findingsIn([WIRE])[0]).toMatchObject({ rule: "owner-missing", namespace: "s3://lake", name: "orders", dag_id: null });
});

test.each([null, undefined, "x", {}, [null, 3, []]])("%j holds no findings", (found) => {
  expect(findingsIn(found)).toEqual([]);
});

test("what is let pass says so before its level", () => {
  const standings = [WIRE, { ...WIRE, waiver: { id: 1 } }, { ...WIRE, is_baselined: true }, { ...WIRE, result: "unknown" }];
  expect(findingsIn(standings).map(standingOf)).toEqual(["block", "waived", "in the baseline", "unknown"]);
});
