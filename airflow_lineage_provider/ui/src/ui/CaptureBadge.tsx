import { Badge } from "@chakra-ui/react";

const PALETTES: Readonly<Record<string, string>> = {
  recorded: "green",
  partial: "orange",
  missing: "red",
  pending: "blue",
  announced: "blue",
};

/** How much of the record of an attempt arrived. */
export const CaptureBadge = ({ capture }: { readonly capture: string }) => (
  <Badge colorPalette={PALETTES[capture] ?? "gray"}>{capture.replaceAll("_", " ")}</Badge>
);
