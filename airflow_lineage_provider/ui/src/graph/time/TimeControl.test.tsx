import { fireEvent, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { renderApp } from "../../test/render";
import { serve } from "../../test/server";
import { answer } from "../model/example";
import { stateOf } from "../model/urlState";
import { TimeControl } from "./TimeControl";

const NODE = "dataset:lake:b";
const STATE = { ...stateOf(new URLSearchParams({ node: NODE, as_of: "2026-06-01T12:00:00Z" })) };

beforeEach(() => localStorage.setItem("timezone", JSON.stringify("Asia/Tokyo")));
afterEach(() => vi.unstubAllGlobals());

const show = () => {
  const onChange = vi.fn();
  serve({ "/api/v2/graph": answer(NODE, "") });
  renderApp(<TimeControl answer={null} onChange={onChange} state={STATE} />);
  return { onChange, field: screen.getByLabelText("Exact moment") };
};

test("a moment is asked for when it is typed to its end, in the zone of the reader", () => {
  const { onChange, field } = show();
  expect(field).toHaveValue("2026-06-01T21:00");
  for (const value of ["0002-06-01T21:00", "0020-06-01T21:00", "2025-06-01T21:00"]) fireEvent.change(field, { target: { value } });
  expect(onChange).not.toHaveBeenCalled();
  fireEvent.keyDown(field, { key: "Enter" });
  expect(onChange).toHaveBeenCalledExactlyOnceWith({ asOf: "2025-06-01T12:00:00.000Z" });
});

test("who leaves the field asks, who typed nothing does not", () => {
  const { onChange, field } = show();
  fireEvent.blur(field);
  expect(onChange).not.toHaveBeenCalled();
  fireEvent.change(field, { target: { value: "2026-05-01T09:00:00" } });
  fireEvent.blur(field);
  expect(onChange).toHaveBeenCalledExactlyOnceWith({ asOf: "2026-05-01T00:00:00.000Z" });
});
