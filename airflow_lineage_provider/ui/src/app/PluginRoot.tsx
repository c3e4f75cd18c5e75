import type { PluginProps } from "./destination";
import { Root } from "./Root";

/** The component inside Airflow's UI; Airflow gives the ids of the place as props. */
const PluginRoot = (props: PluginProps) => <Root {...props} />;

export default PluginRoot;
