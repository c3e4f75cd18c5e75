import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { bestFirst, isUri, searchOf } from "../../asset/uri";

const PAUSE = 200;
const MOST = 20;

/** What is called like a text, once its typing pauses. */
export const useSearch = (text: string) => {
  const wanted = useLater(text.trim(), PAUSE);
  // The URI of an asset is no name of a dataset, but ends as one.
  const asked = isUri(wanted) ? searchOf(wanted) : wanted;
  return useQuery({
    queryKey: ["search", asked],
    queryFn: ({ signal }): Promise<Schema<"SearchPage">> =>
      unwrap(client.GET("/api/v2/search", { params: { query: { q: asked, limit: MOST } }, signal })),
    select: (page) => (isUri(wanted) ? { ...page, hits: bestFirst(page.hits, wanted) } : page),
    enabled: asked !== "",
    placeholderData: wanted === "" ? undefined : keepPreviousData,
  });
};

const useLater = <T>(value: T, pause: number): T => {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), pause);
    return () => clearTimeout(timer);
  }, [value, pause]);
  return later;
};
