import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";

const PAUSE = 200;
const MOST = 20;

/** What is called like a text, once its typing pauses. */
export const useSearch = (text: string) => {
  const wanted = useLater(text.trim(), PAUSE);
  return useQuery({
    queryKey: ["search", wanted],
    queryFn: ({ signal }): Promise<Schema<"SearchPage">> =>
      unwrap(client.GET("/api/v2/search", { params: { query: { q: wanted, limit: MOST } }, signal })),
    enabled: wanted !== "",
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
