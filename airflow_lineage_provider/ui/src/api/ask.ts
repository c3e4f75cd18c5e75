import { ApiError } from "./ApiError";
import { authFetch } from "./authFetch";
import { lineageBase } from "./base";
import type { Schema } from "./types";

export type Me = Schema<"Me">;
export type AttemptOfRun = Schema<"DagRunAttempt">;
export type DagRunDetail = Schema<"DagRunDetail">;
export type DagRunDiff = Schema<"DagRunDiff">;
export type TaskDiff = Schema<"TaskDiff">;
export type NextRun = Schema<"NextRun">;
export type Slis = Schema<"Slis">;
export type HealthHistory = Schema<"HealthHistory">;
export type DeadLetter = Schema<"DeadLetter">;

/** What the gates know of a DAG. */
export type GateState = Schema<"GateDetail">;

type Query = Readonly<Record<string, string | number | readonly string[] | undefined | null>>;

/** Ask a route of version 2, as JSON. Throws an ApiError for other answers than 2xx. */
export const ask = async <T>(path: string, query: Query = {}): Promise<T> => {
  const answer = await authFetch(request(path, query, "application/json"));
  if (!answer.ok) throw ApiError.of(answer.status, await answer.json().catch(() => null));
  return (await answer.json()) as T;
};

/** Tell a route of version 2 to do something. */
export const post = async <T>(path: string): Promise<T> => {
  const answer = await authFetch(new Request(request(path, {}, "application/json"), { method: "POST" }));
  if (!answer.ok) throw ApiError.of(answer.status, await answer.json().catch(() => null));
  return (await answer.json()) as T;
};

/** The same as text. */
export const askText = async (path: string, query: Query = {}): Promise<string> => {
  const answer = await authFetch(request(path, query, "*/*"));
  if (!answer.ok) throw ApiError.of(answer.status, await answer.json().catch(() => null));
  return answer.text();
};

/** The address of a route of version 2, with its query. */
export const addressOf = (path: string, query: Query = {}): string => {
  const url = new URL(`${window.location.origin}${lineageBase()}/api/v2${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const each of value as readonly string[]) url.searchParams.append(name, each);
    else if (value !== undefined && value !== null && value !== "") url.searchParams.set(name, String(value));
  }
  return url.toString();
};

/** Whether the server is too old to have the route at all. */
export const isUntold = (error: Error | null): boolean =>
  error instanceof ApiError && (error.status === 405 || (error.status === 404 && error.message === "Not Found"));

const request = (path: string, query: Query, accept: string): Request =>
  new Request(addressOf(path, query), { headers: { Accept: accept } });
