import { ChakraProvider } from "@chakra-ui/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, type RenderResult } from "@testing-library/react";
import type { ReactElement } from "react";
import { MemoryRouter, useLocation } from "react-router-dom";

import { PlaceContext, type Place } from "../app/place";
import { system } from "../app/theme";

type Options = { readonly at?: string; readonly place?: Place };

/** Render as inside the app: theme, router at `at`, and a query client of its own that does not try again. */
export const renderApp = (element: ReactElement, { at = "/plugin/lineage", place = "nav" }: Options = {}): RenderResult =>
  render(
    <ChakraProvider value={system}>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <PlaceContext value={place}>
          <MemoryRouter initialEntries={[at]}>
            {element}
            <Location />
          </MemoryRouter>
        </PlaceContext>
      </QueryClientProvider>
    </ChakraProvider>,
  );

/** Where the router stands: `screen.getByTestId("location")`. */
const Location = () => {
  const { pathname, search } = useLocation();
  return <output data-testid="location">{pathname + search}</output>;
};
