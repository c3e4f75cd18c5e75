const ORDER = ["failed", "upstream_failed", "up_for_retry", "running", "deferred", "queued", "skipped", "success"];

/** The state that mapped instances of a task have together: the worst one. */
export const worstState = (states: readonly (string | null)[]): string | null => {
  const place = (state: string | null) => {
    const at = state === null ? -1 : ORDER.indexOf(state.toLowerCase());
    return at < 0 ? ORDER.length : at;
  };
  return [...states].sort((a, b) => place(a) - place(b))[0] ?? null;
};
