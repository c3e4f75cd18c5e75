import { screen } from "@testing-library/react";
import { expect, test } from "vitest";

import type { Schema } from "../api/types";
import { renderApp } from "../test/render";
import { ColumnChanges } from "./ColumnChanges";

const column = (type: string, nullable: boolean | null = null) => ({ name: "id", type, nullable }) as Schema<"Column">;
const change = (changed: Partial<Schema<"ColumnChange">>): Schema<"ColumnChange"> => ({
  name: "id",
  kind: "type_changed",
  before: null,
  after: null,
  position_before: null,
  position_after: null,
  is_masked: false,
  ...changed,
});

test("a change is told in words, with what was and is", () => {
  renderApp(
    <ColumnChanges
      changes={[
        change({ before: column("int"), after: column("bigint", false) }),
        change({ kind: "moved", position_before: 0, position_after: 2 }),
        change({ kind: "split" }),
      ]}
    />,
  );
  expect(screen.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([
    "type changedidint → bigint not null",
    "movedid1 → 3",
    "splitid",
  ]);
});
