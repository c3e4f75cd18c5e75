import { afterEach, expect, test, vi } from "vitest";

import { serve } from "../test/server";
import { send } from "./authFetch";

const replace = vi.fn();
afterEach(() => {
  vi.unstubAllGlobals();
  replace.mockReset();
});

const answered = async (status: number, detail: unknown): Promise<Response> => {
  vi.stubGlobal("window", { location: { href: "http://localhost/plugin/lineage?node=a", replace } });
  serve({ "/api/v2/me": () => new Response(JSON.stringify({ detail }), { status }) });
  return send(new Request("http://localhost/lineage/api/v2/me"));
};

test.each([
  [401, "Not authenticated"],
  [401, "Token Expired"],
  [403, "Invalid JWT token"],
])("who is not signed in any more (%i, %s) is sent to sign in, and back", async (status, detail) => {
  await answered(status, detail);
  expect(replace).toHaveBeenCalledWith("/api/v2/auth/login?next=http%3A%2F%2Flocalhost%2Fplugin%2Flineage%3Fnode%3Da");
});

test.each([
  [403, "This needs the right to read all DAGs."],
  [403, null],
  [500, "Invalid JWT token"],
])("who is signed in stays (%i, %s), and the answer can still be read", async (status, detail) => {
  const answer = await answered(status, detail);
  expect(replace).not.toHaveBeenCalled();
  expect(await answer.json()).toEqual({ detail });
});

test("what lies in the browser's storage does not stand in the way of the cookie", async () => {
  const requests = serve({ "/api/v2/me": {} });
  localStorage.setItem("token", "of an older Airflow");
  await send(new Request("http://localhost/lineage/api/v2/me"));
  expect(requests[0]?.headers.has("Authorization")).toBe(false);
});
