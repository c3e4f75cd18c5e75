import { expect, test } from "vitest";

import { errorText } from "./CaptureTroubles";
import { byOutput, transformationText } from "./columnGroups";

const end = (name: string | null) => ({
  dataset_namespace: "s3://lake",
  dataset_name: "orders",
  name,
  is_masked: name === null,
});
const line = (output: string | null, input: string) => ({ output: end(output), input: end(input), transformations: [] });

test("a column stands once, with all that it comes from", () => {
  const groups = byOutput([line("a", "x"), line("b", "y"), line("a", "z")]);
  expect(groups.map(({ output, lines }) => [output.name, lines.map(({ input }) => input.name)])).toEqual([
    ["a", ["x", "z"]],
    ["b", ["y"]],
  ]);
});

test("masked columns are not taken for one", () => {
  expect(byOutput([line(null, "x"), line(null, "y")])).toHaveLength(2);
});

test("what was done on the way is said in few words", () => {
  expect(transformationText([{ type: "DIRECT", subtype: "AGGREGATION", masking: true }, { type: "INDIRECT" }])).toBe(
    "direct / aggregation, masking; indirect",
  );
});

test("an error of capture says where and what, or all it has", () => {
  expect(errorText({ stage: "sql", message: "cannot parse" })).toBe("sql: cannot parse");
  expect(errorText({ code: 7 })).toBe('{"code":7}');
});
