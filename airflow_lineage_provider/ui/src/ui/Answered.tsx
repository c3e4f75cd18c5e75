import type { ReactNode } from "react";

import { ErrorLine } from "./ErrorLine";
import { ErrorState } from "./ErrorState";
import { LoadingState } from "./LoadingState";

/** A query, or one of pages. */
export type Asked<T> = {
  readonly data: T | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
  readonly isFetchNextPageError?: boolean;
  readonly fetchNextPage?: () => unknown;
};

type Props<T> = {
  readonly query: Asked<T>;
  /** Lines of the skeleton. */
  readonly rows?: number;
  readonly children: (data: T) => ReactNode;
};

/** What was answered. An error takes its place only where there is nothing to show, else it is told above. */
export const Answered = <T,>({ query, rows, children }: Props<T>) => {
  const { data, error } = query;
  const retry = (): void => void (query.isFetchNextPageError ? query.fetchNextPage?.() : query.refetch());
  if (data === undefined) return error ? <ErrorState error={error} onRetry={retry} /> : <LoadingState rows={rows} />;
  return (
    <>
      <ErrorLine error={error} onRetry={retry} />
      {children(data)}
    </>
  );
};
