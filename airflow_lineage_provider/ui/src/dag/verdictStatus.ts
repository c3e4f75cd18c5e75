/** How an alert is to look for a result of the judge. */
export const statusOf = (result: string): "success" | "warning" | "error" | "neutral" => {
  if (result === "pass") return "success";
  if (result === "warn") return "warning";
  return result === "fail" || result === "error" ? "error" : "neutral";
};
