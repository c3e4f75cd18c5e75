import { QueryClient } from "@tanstack/react-query";

import { ApiError } from "./ApiError";

/** One for the page: Airflow mounts the component anew on every change of its path. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: false,
      // What the server refuses it will refuse again.
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
    },
  },
});
