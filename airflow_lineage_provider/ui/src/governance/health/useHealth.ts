import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../../api/client";

const REFRESH = 60_000;

/** What the server says of its queue and its drainer. */
export type Health = {
  readonly queue?: number;
  readonly queue_oldest_seconds?: number | null;
  readonly dead_letters?: number;
  readonly coverage?: number | null;
  readonly capture_errors?: number;
  readonly external_runs?: number;
  readonly datasets?: number;
  readonly jobs?: number;
  readonly edges?: number;
  readonly state_store_backend?: string | null;
  readonly drainer: { readonly alive: boolean; readonly last_drained: string | null; readonly last_error?: string | null };
};

export const useHealth = () =>
  useQuery({
    queryKey: ["health"],
    queryFn: async () => (await unwrap(client.GET("/api/v2/health"))) as unknown as Health,
    refetchInterval: REFRESH,
  });

export const useSlis = (hours: number) =>
  useQuery({
    queryKey: ["health", "slis", hours],
    queryFn: () => unwrap(client.GET("/api/v2/health/slis", { params: { query: { hours } } })),
    refetchInterval: REFRESH,
  });

/** As many buckets as a small chart can show. */
const BUCKETS = 28;

export const useHealthHistory = (hours: number) =>
  useQuery({
    queryKey: ["health", "history", hours],
    queryFn: () =>
      unwrap(client.GET("/api/v2/health/history", { params: { query: { hours, buckets: BUCKETS } } })),
    refetchInterval: REFRESH,
  });
