import { expect, test } from "vitest";

import { ApiError } from "../api/ApiError";
import { NetworkError } from "../api/NetworkError";
import { LoadError } from "../app/LoadError";
import { hintOf } from "./hintOf";

test.each([
  [new NetworkError(new TypeError("Failed to fetch")), /^The API server did not answer/],
  [new LoadError(new TypeError("Failed to fetch dynamically imported module")), /load the whole page anew/],
  [new TypeError("x is not a function"), /^x is not a function$/],
  [new ApiError(403, ""), /right to see this/],
  [new ApiError(404, "no such dataset"), /^Nothing of that name/],
  [new ApiError(503, ""), /^The API server failed/],
  [new ApiError(400, "depth is too large"), /^$/],
  [new ApiError(409, ""), /refused/],
] as const)("%s is told for what it is", (error, expected) => {
  expect(hintOf(error)).toMatch(expected);
});
