import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { bestFirst, isUri, searchOf } from "../../asset/uri";

export type HitType = Schema<"HitType">;

const PAUSE = 200;
const MOST = 20;

/** What is called like a text, once its typing pauses; only of some types, where they are given. */
export const useSearch = (text: string, types?: readonly HitType[]) => {
  const trimmed = text.trim();
  const wanted = useLater(trimmed, PAUSE);
  // The URI of an asset is no name of a dataset, but ends as one.
  const asked = isUri(wanted) ? searchOf(wanted) : wanted;
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ["search", asked, types],
    queryFn: ({ signal }): Promise<Schema<"SearchPage">> =>
      unwrap(client.GET("/api/v2/search", { params: { query: { q: asked, type: types && [...types], limit: MOST } }, signal })),
    select: (page) => (isUri(wanted) ? { ...page, hits: bestFirst(page.hits, wanted) } : page),
    enabled: asked !== "",
    placeholderData: wanted === "" ? undefined : keepPreviousData,
  });
  const isSame = wanted === trimmed;
  return {
    hits: data?.hits ?? [],
    hasMore: Boolean(data?.next_cursor),
    error: isSame ? error : null,
    /** What is there was found for this very text, and not for what stood there before. */
    isCurrent: isSame && data !== undefined && !isPlaceholderData,
  };
};

const useLater = <T>(value: T, pause: number): T => {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), pause);
    return () => clearTimeout(timer);
  }, [value, pause]);
  return later;
};
