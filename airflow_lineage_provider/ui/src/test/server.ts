import { vi } from "vitest";

/** An answer of the API by its path (`/api/v2/search`): a body, or a function of the query. */
export type Answers = Readonly<Record<string, unknown>>;

/** Put a server in the place of `fetch`; what it does not know is 404. Returns the requests it got. */
export const serve = (answers: Answers): Request[] => {
  const requests: Request[] = [];
  vi.stubGlobal("fetch", async (input: Request | string, init?: RequestInit) => {
    const request = new Request(input, init);
    requests.push(request);
    const { pathname, searchParams } = new URL(request.url);
    const found = answers[pathname.replace(/^\/lineage/, "")];
    if (found === undefined) return json({ detail: "Not found" }, 404);
    const body: unknown = typeof found === "function" ? await found(searchParams, request) : found;
    return body instanceof Response ? body : json(body, 200);
  });
  return requests;
};

const json = (body: unknown, status: number): Response =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
