import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { renderApp } from "../../test/render";
import { serve } from "../../test/server";
import { OpenFindings } from "./OpenFindings";

afterEach(() => vi.unstubAllGlobals());

const counted = (...findings: number[]) => ({ by: "rule", counts: findings.map((count, at) => ({ value: `rule-${at}`, findings: count })) });

test("all open findings are counted, more than a page holds", async () => {
  const requests = serve({ "/api/v2/findings/counts": counted(130, 120) });
  renderApp(<OpenFindings name="orders" namespace="s3://lake" />);
  expect(await screen.findByRole("link", { name: "250 open findings" })).toBeVisible();
  const asked = new URL(requests[0]?.url ?? "").searchParams;
  expect([asked.get("namespace"), asked.get("name"), asked.get("state")]).toEqual(["s3://lake", "orders", "open"]);
});

test("what could not be counted is not taken for none", async () => {
  serve({ "/api/v2/findings/counts": () => new Response("{}", { status: 400 }) });
  renderApp(<OpenFindings name="orders" namespace="s3://lake" />);
  expect(await screen.findByRole("alert")).toBeVisible();
  expect(screen.queryByText("No open findings")).toBeNull();
});
