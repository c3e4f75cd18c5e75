import { Box, Flex, Heading } from "@chakra-ui/react";

import type { Schema } from "../api/types";
import { t } from "../i18n/t";
import { Change } from "../ui/Change";
import { DiffBody } from "./DiffBody";

/** What one task did otherwise. */
export const TaskDiffCard = ({ task }: { readonly task: Schema<"TaskDiff"> }) => {
  const name = task.map_index >= 0 ? `${task.task_id} [${task.map_index}]` : task.task_id;
  return (
    <Box aria-label={t("run.diffOf", { task: name })} as="section" borderRadius="md" borderWidth="1px" p={3}>
      <Flex align="center" gap={3} mb={2} wrap="wrap">
        <Heading as="h3" overflowWrap="anywhere" size="sm">
          {name}
        </Heading>
        <Change change={task.diff.duration} kind="duration" label={t("run.duration")} />
      </Flex>
      <DiffBody diff={task.diff} />
    </Box>
  );
};
