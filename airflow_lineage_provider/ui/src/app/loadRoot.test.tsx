import { render, screen } from "@testing-library/react";
import * as React from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { loadRoot } from "./loadRoot";

beforeEach(() => vi.stubGlobal("React", React));
afterEach(() => vi.unstubAllGlobals());

const gone = () => Promise.reject(new TypeError("Failed to fetch dynamically imported module"));

test("an app that cannot be loaded is told in its place, and nothing is thrown at Airflow", async () => {
  const { default: Shown } = await loadRoot(gone);
  render(<Shown />);
  expect(screen.getByRole("alert")).toHaveTextContent("could not be loaded");
  expect(screen.getByRole("button", { name: "Load the page anew" })).toBeVisible();
});

test("an app is asked for twice", async () => {
  const Root = () => null;
  const load = vi.fn<() => Promise<{ default: typeof Root }>>().mockImplementationOnce(gone).mockResolvedValue({ default: Root });
  expect((await loadRoot(load)).default).toBe(Root);
});
