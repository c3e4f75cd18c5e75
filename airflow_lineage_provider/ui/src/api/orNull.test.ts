import { expect, test } from "vitest";

import { ApiError } from "./ApiError";
import { orNull } from "./orNull";

test("what is not there is null, and every other refusal stays one", async () => {
  await expect(orNull(Promise.resolve(7))).resolves.toBe(7);
  await expect(orNull(Promise.reject(new ApiError(404, "no run is before it")))).resolves.toBeNull();
  await expect(orNull(Promise.reject(new ApiError(403, "")))).rejects.toMatchObject({ status: 403 });
  await expect(orNull(Promise.reject(new TypeError("bug")))).rejects.toBeInstanceOf(TypeError);
});
