import { expect, test } from "vitest";

import { countFilters, filterOf } from "./filters";

const get = (query: string) => (name: string) => new URLSearchParams(query).get(name) ?? "";

test("without an address open findings are meant", () => {
  expect(filterOf(get(""))).toEqual({ state: "open" });
});

test("what an address names is asked for, and nothing that cannot be", () => {
  expect(filterOf(get("state=gone&level=fatal&rule=owner-missing&owner=%20ann&dag_id="))).toEqual({
    state: "open",
    rule: "owner-missing",
    owner: "ann",
  });
  expect(filterOf(get("state=all&level=warn"))).toEqual({ state: "all", level: "warn" });
});

test("the state is no filter that one would take away", () => {
  expect(countFilters(filterOf(get("state=all&level=warn&name=x")))).toBe(2);
});
