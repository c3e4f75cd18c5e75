import { useQuery } from "@tanstack/react-query";

import { ask, type Me } from "../api/ask";

/** Who reads, and what they may do; `undefined` until it is known, or where the server does not tell. */
export const useMe = (): Me | undefined =>
  useQuery({ queryKey: ["me"], queryFn: () => ask<Me>("/me"), staleTime: 60_000, retry: false }).data;
