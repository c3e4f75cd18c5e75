import { Box } from "@chakra-ui/react";
import { QueryClientProvider } from "@tanstack/react-query";

import { queryClient } from "../api/queryClient";
import { useZone } from "../i18n/zone";
import { Toasts } from "../ui/Toasts";
import { CurrentView } from "./CurrentView";
import { destinationOf, type PluginProps } from "./destination";
import { ErrorBoundary } from "./ErrorBoundary";
import { PlaceContext } from "./place";

type RootProps = PluginProps & { readonly standalone?: boolean };

/** Everything of ours is below: an error in it must not take Airflow's page away. */
export const Root = ({ standalone = false, ...props }: RootProps) => {
  const zone = useZone();
  return (
    <ErrorBoundary>
      <QueryClientProvider client={queryClient}>
        <PlaceContext value={standalone ? "page" : destinationOf(props) === "nav" ? "nav" : "tab"}>
          <Box
            bg="bg"
            color="fg"
            data-testid="lineage-root"
            // Nothing else knows that times are to be shown anew.
            key={zone}
            display="flex"
            flexDirection="column"
            fontSize="sm"
            height="100%"
            minHeight={0}
            overflow="hidden"
            width="100%"
          >
            <CurrentView {...props} />
          </Box>
          <Toasts />
        </PlaceContext>
      </QueryClientProvider>
    </ErrorBoundary>
  );
};
