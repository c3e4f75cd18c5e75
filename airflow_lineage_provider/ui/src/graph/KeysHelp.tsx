import { Box, Heading, IconButton, Popover, Portal } from "@chakra-ui/react";

import { t } from "../i18n/t";

const KEYS = ["arrows", "side", "enter", "tab", "columns", "escape"] as const;

/** What the keys do in the graph. */
export const KeysHelp = () => (
  <Popover.Root positioning={{ placement: "bottom-end" }} lazyMount unmountOnExit>
    <Popover.Trigger asChild>
      <IconButton aria-label={t("graph.keys.title")} size="2xs" title={t("graph.keys.title")} variant="ghost">
        ?
      </IconButton>
    </Popover.Trigger>
    <Portal>
      <Popover.Positioner>
        <Popover.Content aria-label={t("graph.keys.title")}>
          <Popover.Body fontSize="sm">
            <Heading as="h2" mb={2} size="sm">
              {t("graph.keys.title")}
            </Heading>
            <Box as="ul" listStyleType="disc" paddingStart={4}>
              {KEYS.map((key) => (
                <li key={key}>{t(`graph.keys.${key}`)}</li>
              ))}
            </Box>
          </Popover.Body>
        </Popover.Content>
      </Popover.Positioner>
    </Portal>
  </Popover.Root>
);
