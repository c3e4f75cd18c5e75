import { useCallback } from "react";
import { useSearchParams } from "react-router-dom";

type Changes = Readonly<Record<string, string | number | null | undefined>>;

/** Parts of the view that stand in its address; what is empty leaves it. */
export const useParams = () => {
  const [query, setQuery] = useSearchParams();
  const set = useCallback(
    (changes: Changes, replace = false) =>
      setQuery(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value === null || value === undefined || value === "") after.delete(name);
            else after.set(name, String(value));
          }
          return after;
        },
        { replace },
      ),
    [setQuery],
  );
  return { get: (name: string) => query.get(name) ?? "", set };
};
