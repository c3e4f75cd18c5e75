import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";

import { ApiError } from "../api/ApiError";
import { renderApp } from "../test/render";
import { MoreButton } from "./MoreButton";
import { PagedTable } from "./PagedTable";
import { usePaged } from "./usePaged";

type Page = { readonly names: readonly string[]; readonly next_cursor: string | null };

const Names = ({ read }: { readonly read: (cursor: string | undefined) => Promise<Page> }) => {
  const { query, rows } = usePaged(["names"], read, (page) => page.names);
  return (
    <>
      <button onClick={() => void query.refetch()} type="button">
        anew
      </button>
      <PagedTable
        columns={[{ key: "name", header: "Name", cell: (name) => name }]}
        empty={<p>none</p>}
        label="Names"
        query={query}
        rowKey={(name) => name}
        rows={rows}
      />
    </>
  );
};

const failing = (answers: (Page | Error)[]) => () => {
  const answer = answers.shift() ?? new Error("asked too often");
  return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
};
const first: Page = { names: ["orders"], next_cursor: "2" };
const last: Page = { names: ["customers"], next_cursor: null };
const away = new ApiError(503, "away for a moment");

test("a next page that fails leaves what is there, and is asked for again", async () => {
  renderApp(<Names read={failing([first, away, last])} />);
  await userEvent.click(await screen.findByRole("button", { name: "Load more" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("away for a moment");
  expect(screen.getByText("orders")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("customers")).toBeVisible();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("what cannot be brought up to date is still shown, and that is said", async () => {
  renderApp(<Names read={failing([{ ...first, next_cursor: null }, away, last])} />);
  expect(await screen.findByText("orders")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "anew" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("Not everything could be loaded.");
  expect(screen.getByText("orders")).toBeVisible();
});

test("an error where nothing is there takes its place, until it is answered", async () => {
  renderApp(<Names read={failing([away, last])} />);
  expect(await screen.findByTestId("error")).toHaveTextContent("away for a moment");
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("customers")).toBeVisible();
});

test("without a next page there is no button", () => {
  renderApp(<MoreButton query={{ hasNextPage: false, isFetchingNextPage: false, fetchNextPage: () => undefined }} />);
  expect(screen.queryByRole("button")).toBeNull();
});
