import { useInfiniteQuery } from "@tanstack/react-query";

type Paged = { readonly next_cursor: string | null };

/** Pages of a list of the API: the query for a PagedTable, and the rows of the pages that are there. */
export const usePaged = <Page extends Paged, Row>(
  key: readonly unknown[],
  read: (cursor: string | undefined) => Promise<Page>,
  rowsOf: (page: Page) => readonly Row[],
) => {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam ?? undefined),
    initialPageParam: null as string | null,
    // An answer may leave out what is null.
    getNextPageParam: (page: Page) => page.next_cursor ?? null,
  });
  return { query, rows: query.data?.pages.flatMap(rowsOf) ?? [] };
};
