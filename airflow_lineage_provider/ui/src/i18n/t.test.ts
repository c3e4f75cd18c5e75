import { afterEach, expect, test } from "vitest";

import { t } from "./t";

afterEach(() => document.documentElement.removeAttribute("lang"));

test("a text has its values in the language's way", () => {
  expect(t("app.table.rows", { count: 1 })).toBe("1 row");
  expect(t("app.table.rows", { count: 12345 })).toBe("12,345 rows");
});

test("a language without texts gets English ones", () => {
  document.documentElement.lang = "de-AT";
  expect(t("app.retry")).toBe("Try again");
});
