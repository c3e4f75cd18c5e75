import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../../api/client";
import type { paths } from "../../api/schema";
import type { Schema } from "../../api/types";
import { usePaged } from "../../ui/usePaged";

export type FindingFilter = NonNullable<paths["/api/v2/findings"]["get"]["parameters"]["query"]>;
export type CountBy = NonNullable<NonNullable<paths["/api/v2/findings/counts"]["get"]["parameters"]["query"]>["by"]>;

/** Findings that a filter lets through, the newest first. */
export const useFindings = (filter: FindingFilter) =>
  usePaged(
    ["findings", filter],
    (cursor) => unwrap(client.GET("/api/v2/findings", { params: { query: { ...filter, limit: 100, cursor } } })),
    (page) => page.findings,
  );

/** How many there are of each value of a field. */
export const useFindingCounts = (by: CountBy, filter: FindingFilter) =>
  useQuery({
    queryKey: ["findings", "counts", by, filter],
    queryFn: () => unwrap(client.GET("/api/v2/findings/counts", { params: { query: { ...filter, by } } })),
  });

export const useFinding = (id: number) =>
  useQuery({
    queryKey: ["findings", "one", id],
    queryFn: (): Promise<Schema<"FindingDetail">> =>
      unwrap(client.GET("/api/v2/findings/{finding_id}", { params: { path: { finding_id: id } } })),
  });
