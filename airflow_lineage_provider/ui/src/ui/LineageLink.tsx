import { Link as ChakraLink, type LinkProps } from "@chakra-ui/react";
import { Link as RouterLink } from "react-router-dom";

import { usePlace } from "../app/place";
import type { ViewName } from "../app/views";

export type LinkParams = Readonly<Record<string, string | number | undefined | null>>;

type Props = Omit<LinkProps, "href"> & { readonly view: ViewName; readonly params?: LinkParams };

/** Where Airflow shows the navigation page; below its root. */
const NAV_PATH = "/plugin/lineage";

/** A link to a view of the navigation page, or of the page of its own when the app runs there. */
export const LineageLink = ({ view, params, children, ...props }: Props) => {
  const place = usePlace();
  const to = { pathname: place === "page" ? undefined : NAV_PATH, search: searchOf(view, params) };
  return (
    <ChakraLink asChild color="fg.info" {...props}>
      <RouterLink to={to}>{children}</RouterLink>
    </ChakraLink>
  );
};

/** The query of a view: `?view=graph&node=...`; what is empty is left out. */
export const searchOf = (view: ViewName, params: LinkParams = {}): string => {
  const query = new URLSearchParams({ view });
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  }
  return `?${query}`;
};
