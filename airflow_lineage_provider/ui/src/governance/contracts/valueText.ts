/** A value of a document as people read it; nothing for nothing. */
export const valueText = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
};
