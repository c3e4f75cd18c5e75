import { Alert, Box } from "@chakra-ui/react";

import type { Schema } from "../api/types";
import { formatDuration, formatTime } from "../i18n/format";
import { t } from "../i18n/t";
import { CaptureBadge } from "../ui/CaptureBadge";
import { Facts } from "../ui/Facts";
import { StateBadge } from "../ui/StateBadge";

/** How the attempt went, and how much of its record arrived. */
export const AttemptFacts = ({ detail: { run, parent, children, is_masked } }: { readonly detail: Schema<"RunDetail"> }) => (
  <Box mb={4}>
    <Facts
      facts={[
        [t("run.state"), <StateBadge key="s" state={run.state} />],
        [t("task.capture"), <CaptureBadge capture={run.capture} key="c" />],
        [t("task.operator"), run.operator?.split(".").at(-1)],
        [t("task.started"), formatTime(run.started_at)],
        [t("run.duration"), formatDuration(run.duration)],
        [t("task.recorded"), formatTime(run.recorded_at)],
        [t("task.startedBy"), parent ? parent.job_name : null],
        [t("task.children"), children.map(({ job_name }) => job_name).join(", ")],
      ]}
    />
    {is_masked ? (
      <Alert.Root mt={3} size="sm" status="info">
        <Alert.Indicator />
        <Alert.Content>{t("task.masked")}</Alert.Content>
      </Alert.Root>
    ) : null}
  </Box>
);
