import { expect, test } from "vitest";

import { bestFirst, isUri, searchOf } from "./uri";

test.each([
  ["s3://lake/raw/orders.csv", "orders.csv"],
  ["postgres://db:5432/shop/public/orders?sslmode=on", "orders"],
  ["orders", "orders"],
  ["", ""],
])("%s is looked for as %s", (uri, expected) => {
  expect(searchOf(uri)).toBe(expected);
});

test.each([
  ["s3://lake/orders", true],
  [" x-shop+sql://db/orders", true],
  ["lake/orders", false],
  ["orders://", false],
  ["what is this: a://b", false],
])("whether %s is a URI: %s", (text, expected) => {
  expect(isUri(text)).toBe(expected);
});

test("the dataset that the asset is comes first", () => {
  const hits = [
    { namespace: "s3://other", name: "x/orders.csv" },
    { namespace: "postgres://db:5432", name: "shop.public.orders" },
    { namespace: "s3://lake", name: "raw/orders.csv" },
  ];
  expect(bestFirst(hits, "s3://lake/raw/orders.csv")[0]?.namespace).toBe("s3://lake");
  expect(bestFirst(hits, "postgresql://db/shop/public/orders")[0]?.name).toBe("shop.public.orders");
});
