import type { components } from "./schema";

/** A schema of the API by its name: `Schema<"GraphNode">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];
