import { Box, HStack } from "@chakra-ui/react";
import type { ReactNode } from "react";

import type { ViewName } from "../app/views";
import { t, type TextKey } from "../i18n/t";
import { LineageLink } from "../ui/LineageLink";

/** Pages of the views that have several; the bar of the navigation page leads to the views. */
const PAGES: Readonly<Partial<Record<ViewName, readonly { section?: string; label: TextKey }[]>>> = {
  findings: [
    { label: "governance.pages.findings" },
    { section: "waivers", label: "governance.pages.waivers" },
    { section: "grants", label: "governance.pages.grants" },
  ],
  owners: [
    { label: "governance.pages.orphans" },
    { section: "register", label: "governance.pages.register" },
  ],
  health: [
    { label: "governance.pages.health" },
    { section: "coverage", label: "governance.pages.coverage" },
    { section: "letters", label: "governance.pages.letters" },
  ],
};

type Props = { readonly view: ViewName; readonly section?: string; readonly children: ReactNode };

/** A page of governance below the way to its neighbours. */
export const GovernanceShell = ({ view, section = "", children }: Props) => (
  <Box flex={1} minHeight={0} overflow="auto" p={4}>
    {PAGES[view] ? (
      <HStack aria-label={t("governance.pages.label")} as="nav" gap={1} mb={4} wrap="wrap">
        {PAGES[view].map((page) => {
          const isCurrent = (page.section ?? "") === section;
          return (
            <LineageLink
              aria-current={isCurrent ? "page" : undefined}
              bg={isCurrent ? "bg.muted" : undefined}
              borderRadius="md"
              color={isCurrent ? "fg" : "fg.muted"}
              fontWeight={isCurrent ? "semibold" : "normal"}
              key={page.label}
              params={{ section: page.section }}
              px={3}
              py={1.5}
              textDecoration="none"
              view={view}
              whiteSpace="nowrap"
            >
              {t(page.label)}
            </LineageLink>
          );
        })}
      </HStack>
    ) : null}
    {children}
  </Box>
);
