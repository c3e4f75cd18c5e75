import { expect, test } from "vitest";

import { emptyForm, problemsOf, requestOf } from "./ownerForm";

const FORM = { ...emptyForm({ namespace: "s3://lake", name: "orders" }), owner: " ann " };

test("an owner needs a name, a dataset, and an end after its beginning", () => {
  expect(problemsOf(FORM)).toEqual([]);
  expect(problemsOf({ ...FORM, owner: " " })).toEqual(["owner"]);
  expect(problemsOf({ ...emptyForm(), owner: "ann" })).toEqual(["dataset"]);
  expect(problemsOf({ ...FORM, from: "2026-07-01", until: "2026-06-30" })).toEqual(["days"]);
  expect(problemsOf({ ...FORM, from: "2026-07-01", until: "2026-07-01" })).toEqual([]);
});

test("what is left out is empty", () => {
  expect(requestOf({ ...FORM, channel: " #shop ", until: "2026-12-31", kind: "robot" })).toEqual({
    namespace: "s3://lake",
    name: "orders",
    is_glob: false,
    owner: "ann",
    kind: null,
    channel: "#shop",
    contact: null,
    valid_from: null,
    valid_to: "2026-12-31",
    replaces: false,
  });
});
