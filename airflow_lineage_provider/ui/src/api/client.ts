import createClient from "openapi-fetch";

import { ApiError } from "./ApiError";
import { authFetch } from "./authFetch";
import { lineageBase } from "./base";
import type { paths } from "./schema";

/** The API, typed by its OpenAPI document. `unwrap` its answers. */
export const client = createClient<paths>({
  baseUrl: `${window.location.origin}${lineageBase()}`,
  fetch: authFetch,
  headers: { Accept: "application/json" },
});

type Answer<T> = { readonly data?: T; readonly error?: unknown; readonly response: Response };

/** The data of an answer, or an ApiError that says what the server said. */
export const unwrap = async <T>(asked: Promise<Answer<T>>): Promise<NonNullable<T>> => {
  const { data, error, response } = await asked;
  if (!response.ok) throw ApiError.of(response.status, error);
  return data as NonNullable<T>;
};
