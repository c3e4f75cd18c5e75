import { expect, test } from "vitest";

import { inLines, pixelsOf, shortened } from "./shortened";

test("a name that fits stays as it is", () => {
  expect(inLines("mart_daily_revenue", 150, 3)).toEqual(["mart_daily_revenue"]);
  expect(shortened("s3://lake", 80)).toBe("s3://lake");
});

test("a longer one goes on between its parts", () => {
  expect(inLines("mart_daily_revenue", 90, 3)).toEqual(["mart_daily_", "revenue"]);
  expect(inLines("…/segments/consumers.csv", 110, 3)).toEqual(["…/segments/", "consumers.csv"]);
});

test("a part that is too long is broken, and what has no room is left out", () => {
  expect(inLines("abcdeghkn", 40, 3)).toEqual(["abcde", "ghkn"]);
  expect(inLines("abcdeghknopqsuvxyz", 40, 2)).toEqual(["abcde", "ghk…"]);
});

test("wide letters take more room than narrow ones", () => {
  expect(inLines("wwwwwwww", 60, 3).length).toBeGreaterThan(inLines("illililt", 60, 3).length);
  expect(inLines("顧客の注文", 45, 3).map((line) => [...line].length)).toEqual([3, 2]);
});

test.each([14, 30, 60, 150])("no line is wider than %i pixels", (pixels) => {
  for (const name of ["a", "a_b", "__", "stg.order lines/2026-01-01", "x".repeat(50), "注文".repeat(20)]) {
    for (const line of inLines(name, pixels, 3)) expect(pixelsOf(line.trimEnd())).toBeLessThanOrEqual(Math.max(pixels, 26));
    expect(inLines(name, pixels, 3).length).toBeLessThanOrEqual(3);
  }
  expect(inLines("", pixels, 3)).toEqual([""]);
});

test("a path is told by its end, and anything else by where it begins", () => {
  expect(shortened("sqlite:///tmp/shop-8w3h5rnj/shop/shop.db", 120)).toBe("…/shop/shop.db");
  expect(shortened("postgres://warehouse.example.com:5432", 120)).toMatch(/^postgres:.*…$/);
  expect(shortened("marketing_segments_of_all", 90)).toMatch(/^marketing_.*…$/);
});
