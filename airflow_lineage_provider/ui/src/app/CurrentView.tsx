import { Box } from "@chakra-ui/react";
import { Suspense, useReducer } from "react";
import { useSearchParams } from "react-router-dom";

import { LoadingState } from "../ui/LoadingState";
import { destinationOf, type PluginProps } from "./destination";
import { ErrorBoundary } from "./ErrorBoundary";
import { forgetPage, pageOf } from "./pages";
import { isViewName, type ViewName } from "./views";
import { ViewBar } from "./ViewBar";

/** The view of a place: a tab has one, the navigation page those of `?view=`. */
export const CurrentView = (props: PluginProps) => {
  const [query] = useSearchParams();
  const destination = destinationOf(props);
  const name = destination === "nav" ? viewOf(query) : destination;
  const [, showAnew] = useReducer((times: number) => times + 1, 0);
  const Component = pageOf(name);
  const retry = (): void => {
    forgetPage(name);
    showAnew();
  };
  const given = destination === "nav" ? propsOf(query) : props;
  return (
    <>
      {destination === "nav" && <ViewBar current={name} />}
      <Box as="main" display="flex" flex={1} flexDirection="column" minHeight={0} overflow="auto">
        <ErrorBoundary key={name} onRetry={retry}>
          <Suspense fallback={<LoadingState />}>
            <Component {...given} />
          </Suspense>
        </ErrorBoundary>
      </Box>
    </>
  );
};

const viewOf = (query: URLSearchParams): ViewName => {
  const asked = query.get("view");
  return isViewName(asked) ? asked : "graph";
};

/** A tab's view as a page: what Airflow would give as props stands in the query. */
const propsOf = (query: URLSearchParams): PluginProps => ({
  dagId: query.get("dag_id") ?? undefined,
  runId: query.get("run_id") ?? undefined,
  taskId: query.get("task_id") ?? undefined,
  mapIndex: query.get("map_index") ?? undefined,
  assetUri: query.get("asset_uri") ?? undefined,
});
