import { expect, test } from "vitest";

import { bytesText, sizeText } from "./sizeText";
import { worstState } from "./worstState";

test.each([
  [0, "0 byte"],
  [999, "999 byte"],
  [1_500, "1.5 kB"],
  [12_000_000, "12 MB"],
  [5e15, "5,000 TB"],
])("%d bytes are %s", (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test("what is not known is not said", () => {
  expect(sizeText({ rows: null, bytes: null })).toBe("");
  expect(sizeText({ rows: 1, bytes: 2_000, partition_count: 3 })).toBe("1 row · 2 kB · 3 partitions");
});

test("one failed instance is enough", () => {
  expect(worstState(["success", "failed", "running"])).toBe("failed");
  expect(worstState(["success", "strange"])).toBe("success");
  expect([worstState([null]), worstState([])]).toEqual([null, null]);
});
