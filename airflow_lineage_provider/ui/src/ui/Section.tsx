import { Box, Flex, Heading, Text } from "@chakra-ui/react";
import { type ReactNode, useId } from "react";

type Props = {
  readonly title: string;
  readonly hint?: string;
  /** At the right of the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

/** A part of a page under its heading. */
export const Section = ({ title, hint, actions, children }: Props) => {
  const id = useId();
  return (
    <Box as="section" aria-labelledby={id} mb={6}>
      <Flex align="center" gap={3} justify="space-between" mb={2} wrap="wrap">
        <Box>
          <Heading as="h2" id={id} size="sm">
            {title}
          </Heading>
          {hint ? (
            <Text color="fg.muted" fontSize="xs" maxWidth="110ch">
              {hint}
            </Text>
          ) : null}
        </Box>
        {actions ? (
          <Flex gap={2} wrap="wrap">
            {actions}
          </Flex>
        ) : null}
      </Flex>
      {children}
    </Box>
  );
};
