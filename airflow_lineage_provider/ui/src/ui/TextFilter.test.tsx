import { act, fireEvent, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { renderApp } from "../test/render";
import { TextFilter } from "./TextFilter";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const sent = vi.fn();
const Filter = () => {
  const [value, setValue] = useState("");
  return (
    <>
      <TextFilter
        label="Subject"
        onChange={(text) => {
          sent(text);
          setValue(text);
        }}
        value={value}
      />
      <button onClick={() => setValue("")}>Clear</button>
    </>
  );
};
const type = (text: string): void => {
  fireEvent.change(screen.getByLabelText("Subject"), { target: { value: text } });
  act(() => void vi.advanceTimersByTime(1_000));
};

test("a space at the end stays while somebody thinks what to type next, and is not asked for", () => {
  sent.mockReset();
  renderApp(<Filter />);
  type("big");
  type("big ");
  expect(screen.getByLabelText("Subject")).toHaveValue("big ");
  type("big data");
  expect(sent.mock.calls).toEqual([["big"], ["big data"]]);
});

test("a filter that is cleared elsewhere is empty", () => {
  renderApp(<Filter />);
  type("big");
  fireEvent.click(screen.getByText("Clear"));
  expect(screen.getByLabelText("Subject")).toHaveValue("");
});
