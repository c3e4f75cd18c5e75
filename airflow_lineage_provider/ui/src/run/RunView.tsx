import { Stack } from "@chakra-ui/react";

import type { PluginProps } from "../app/destination";
import { RunDiffSection } from "./RunDiffSection";
import { RunTasks } from "./RunTasks";
import { RunVerdicts } from "./RunVerdicts";

/** A DAG run: the verdicts on it, what it read and wrote, and what it did otherwise than the run before. */
const RunView = ({ dagId = "", runId = "" }: PluginProps) => (
  <Stack gap={0} p={4}>
    <RunVerdicts dagId={dagId} runId={runId} />
    <RunTasks dagId={dagId} runId={runId} />
    <RunDiffSection dagId={dagId} runId={runId} />
  </Stack>
);

export default RunView;
