import { HStack, Stack, Text } from "@chakra-ui/react";

import type { Schema } from "../../api/types";
import { formatDuration, formatTime } from "../../i18n/format";
import { AirflowLink, dagPath } from "../../ui/AirflowLink";
import { StateBadge } from "../../ui/StateBadge";

/** Runs with how they ended; those of Airflow lead to their page there. */
export const RunList = ({ runs }: { readonly runs: readonly Schema<"ListedRun">[] }) => (
  <Stack gap={1}>
    {runs.map(({ run }) => {
      const time = formatTime(run.started_at ?? run.recorded_at);
      return (
        <HStack key={run.id} gap={2}>
          <StateBadge state={run.state} />
          {run.dag_id && run.run_id ? (
            <AirflowLink to={dagPath(run.dag_id, run.run_id, run.task_id, run.map_index)}>{time}</AirflowLink>
          ) : (
            <Text>{time}</Text>
          )}
          <Text color="fg.muted">{formatDuration(run.duration)}</Text>
        </HStack>
      );
    })}
  </Stack>
);
