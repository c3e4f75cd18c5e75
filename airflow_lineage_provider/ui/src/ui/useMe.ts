import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../api/client";
import type { Schema } from "../api/types";

/** Who reads, and what they may do; `undefined` until it is known. */
export const useMe = (): Schema<"Me"> | undefined =>
  useQuery({ queryKey: ["me"], queryFn: () => unwrap(client.GET("/api/v2/me")), staleTime: 60_000 }).data;
