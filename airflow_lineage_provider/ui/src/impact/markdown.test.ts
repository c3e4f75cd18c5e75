import { expect, test } from "vitest";

import { anItem } from "./example";
import { cell, impactMarkdown, type MarkdownWords } from "./markdown";

const WORDS: MarkdownWords = {
  heading: "What breaks",
  restricted: "restricted",
  nobody: "nobody",
  columns: ["Degree", "Kind", "Name", "Owners", "State", "DAGs"],
  more: (hidden) => `${hidden} more`,
};

test("each item is one row, with its owners and when its DAG runs next", () => {
  const text = impactMarkdown([anItem()], 1, () => "tomorrow", WORDS);
  expect(text.split("\n")).toEqual([
    "### What breaks",
    "",
    "| Degree | Kind | Name | Owners | State | DAGs |",
    "| --- | --- | --- | --- | --- | --- |",
    "| 1 | dataset | shop.daily\\_revenue | finance | ok | report (tomorrow) |",
    "",
  ]);
});

test("a name can neither end its cell nor add a row", () => {
  const text = impactMarkdown([anItem({ name: "a|b\n| evil | row" })], 1, () => null, WORDS);
  const rows = text.split("\n").filter((line) => line.startsWith("|"));
  expect(rows).toHaveLength(3);
  expect(rows[2]).toContain("a\\|b \\| evil \\| row");
});

test("a masked item has no name", () => {
  const text = impactMarkdown(
    [anItem({ id: "masked:1", masked: true, name: null, owners: [], dag_ids: [] })],
    1,
    () => null,
    WORDS,
  );
  expect(text).toContain("| 1 | dataset | _restricted_ | nobody | ok |  |");
  expect(text).not.toContain("masked:1");
});

test("what is not in the list is counted", () => {
  expect(impactMarkdown([anItem()], 7, () => null, WORDS)).toContain("\n6 more\n");
});

test("a cell keeps words and loses markup", () => {
  expect(cell("[click](http://x) <b>`x`</b>")).toBe("\\[click\\](http://x) \\<b\\>\\`x\\`\\</b\\>");
});
