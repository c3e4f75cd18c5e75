import { Box, Text } from "@chakra-ui/react";

import { t } from "../i18n/t";
import { LineageLink } from "./LineageLink";

type Props = { readonly namespace?: string | null; readonly name?: string | null };

/** A dataset that leads to its graph, its namespace below; without a name one that may not be seen. */
export const DatasetLink = ({ namespace, name }: Props) =>
  namespace && name ? (
    <Box minWidth="10rem">
      <LineageLink
        color="fg"
        fontWeight="medium"
        overflowWrap="anywhere"
        params={{ node: datasetNode(namespace, name) }}
        textDecoration="underline"
        textDecorationColor="border.emphasized"
        view="graph"
      >
        {name}
      </LineageLink>
      <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere">
        {namespace}
      </Text>
    </Box>
  ) : (
    <Text color="fg.muted" fontStyle="italic">
      {t("app.restricted")}
    </Text>
  );

/** The node id of a dataset. */
export const datasetNode = (namespace: string, name: string): string => `dataset:${namespace}:${name}`;
