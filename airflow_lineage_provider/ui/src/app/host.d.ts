import type * as ReactModule from "react";
import type { ComponentType } from "react";

declare global {
  /** Airflow's own React, and the place where it looks for a plugin's component. */
  var React: typeof ReactModule;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  var AirflowPlugin: ComponentType<any> | undefined;
}
