import { Box, HStack } from "@chakra-ui/react";

import { t } from "../i18n/t";
import { LineageLink } from "../ui/LineageLink";
import { VIEWS, type View, type ViewName } from "./views";

/** The views of the navigation page; those of a DAG, a run or a task are reached by links. */
export const ViewBar = ({ current }: { readonly current: ViewName }) => (
  <Box as="nav" aria-label={t("app.views.label")} borderBottomWidth="1px" flexShrink={0} overflowX="auto" px={3}>
    <HStack gap={1}>
      {(Object.entries(VIEWS) as [ViewName, View][]).map(([name, { label }]) =>
        label ? (
          <LineageLink
            key={name}
            aria-current={name === current ? "page" : undefined}
            borderBottomWidth="2px"
            borderColor={name === current ? "brand.solid" : "transparent"}
            borderRadius={0}
            color={name === current ? "fg" : "fg.muted"}
            fontWeight={name === current ? "semibold" : "normal"}
            px={3}
            py={2}
            textDecoration="none"
            view={name}
            whiteSpace="nowrap"
          >
            {t(label)}
          </LineageLink>
        ) : null,
      )}
    </HStack>
  </Box>
);
