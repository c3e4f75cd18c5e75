import { Stack, Text } from "@chakra-ui/react";
import type { ReactNode } from "react";

type Props = {
  readonly title: string;
  /** What to do next. */
  readonly hint: string;
  readonly children?: ReactNode;
};

/** Nothing to show, and what to do about it. */
export const EmptyState = ({ title, hint, children }: Props) => (
  <Stack align="center" data-testid="empty" gap={2} justify="center" minHeight="40" p={6} textAlign="center">
    <Text fontSize="md" fontWeight="semibold">
      {title}
    </Text>
    <Text color="fg.muted" maxWidth="prose">
      {hint}
    </Text>
    {children}
  </Stack>
);
