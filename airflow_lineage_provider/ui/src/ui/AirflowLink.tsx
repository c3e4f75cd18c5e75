import { Link as ChakraLink, type LinkProps } from "@chakra-ui/react";
import { Link as RouterLink } from "react-router-dom";

import { airflowBase } from "../api/base";
import { usePlace } from "../app/place";

type Props = Omit<LinkProps, "href"> & {
  /** Below Airflow's root, with a leading slash: `/dags/shop/runs/manual__1`. */
  readonly to: string;
};

/** A link to one of Airflow's own pages: through its router where the app runs inside it. */
export const AirflowLink = ({ to, children, ...props }: Props) =>
  usePlace() === "page" ? (
    <ChakraLink color="fg.info" href={`${airflowBase()}${to.replace(/^\//, "")}`} {...props}>
      {children}
    </ChakraLink>
  ) : (
    <ChakraLink asChild color="fg.info" {...props}>
      <RouterLink to={to}>{children}</RouterLink>
    </ChakraLink>
  );

/** The path of a DAG, of a run of it, or of a task (in a run, or at all), or of an instance of a mapped one. */
export const dagPath = (dagId: string, runId?: string | null, taskId?: string | null, mapIndex = -1): string =>
  `/dags/${encodeURIComponent(dagId)}` +
  (runId ? `/runs/${encodeURIComponent(runId)}` : "") +
  (taskId ? `/tasks/${encodeURIComponent(taskId)}` : "") +
  (runId && taskId && mapIndex >= 0 ? `/mapped/${mapIndex}` : "");
