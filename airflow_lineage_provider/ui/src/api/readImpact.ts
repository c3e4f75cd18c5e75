import { client, unwrap } from "./client";
import type { paths } from "./schema";
import type { Schema } from "./types";

type Query = Omit<NonNullable<paths["/api/v2/impact"]["get"]["parameters"]["query"]>, "format">;
type Answer = { readonly data?: Schema<"ImpactAnswer">; readonly response: Response };

/** A page of what depends on a node. As JSON: the route has a form for spreadsheets too, of which no type is known. */
export const readImpact = (query: Query): Promise<Schema<"ImpactAnswer">> =>
  unwrap(client.GET("/api/v2/impact", { params: { query } }) as Promise<Answer>);
