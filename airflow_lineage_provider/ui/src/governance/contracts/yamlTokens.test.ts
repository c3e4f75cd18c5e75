import { expect, test } from "vitest";

import { tokensOf } from "./yamlTokens";

const LINES = [
  "apiVersion: v3.1.0",
  "  - name: orders   # all of them",
  'channel: "#sales: x"',
  "required: true",
  "# a comment",
  "- - 12",
  "",
  "'it''s': 1",
  "url: http://x:80/y",
  "just words",
  "[a, b]: {c: d}",
];

test.each(LINES)("the pieces of %j put together are the line", (line) => {
  expect(tokensOf(line).map((token) => token.text).join("")).toBe(line);
});

test("keys, texts, comments and numbers are told apart", () => {
  const kinds = (line: string) => tokensOf(line).filter((t) => t.text.trim() && t.text !== ":");
  expect(kinds("  - name: orders # x").map((t) => t.kind)).toEqual(["plain", "key", "plain", "comment"]);
  expect(kinds('channel: "#sales"')[1]).toEqual({ kind: "string", text: ' "#sales"' });
  expect(kinds("retries: 3")[1]).toEqual({ kind: "literal", text: " 3" });
  expect(kinds("url: http://x:80")[0]).toEqual({ kind: "key", text: "url" });
});
