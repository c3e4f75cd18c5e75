import { createToaster } from "@chakra-ui/react";

/** Short messages after an action: `toaster.create({ title, type })`. Airflow's own is out of a plugin's reach. */
export const toaster = createToaster({ placement: "bottom-end", pauseOnPageIdle: true });
