import { Box, HStack, Text } from "@chakra-ui/react";

import type { Schema } from "../../api/types";
import { t } from "../../i18n/t";
import { NodeIcon } from "../nodes/NodeIcon";

export type Found = {
  readonly type: Schema<"HitType"> | "run";
  readonly name: string;
  readonly namespace?: string | null;
  readonly dag_id?: string | null;
};

type Props = { readonly hit: Found };

/** What was found: its kind, its name, and where it is. */
export const HitLine = ({ hit }: Props) => (
  <HStack align="flex-start" gap={2} title={hit.name}>
    <Box color="fg.muted" flexShrink={0} pt="3px">
      <NodeIcon type={hit.type} />
    </Box>
    <Box minWidth={0}>
      <Text overflowWrap="anywhere">{hit.name}</Text>
      <Text color="fg.muted" fontSize="xs" truncate>
        {t(`graph.types.${hit.type}`)} · {hit.namespace ?? hit.dag_id}
      </Text>
    </Box>
  </HStack>
);
