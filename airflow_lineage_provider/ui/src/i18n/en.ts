import { app } from "./en/app";
import { dag } from "./en/dag";
import { governance } from "./en/governance";
import { graph } from "./en/graph";
import { impact } from "./en/impact";
import { run } from "./en/run";
import { task } from "./en/task";

/** All texts. A file for each part of the app; `{name}` is a value, `_one` and `_other` go by `count`. */
export const en = { app, dag, governance, graph, impact, run, task } as const;
