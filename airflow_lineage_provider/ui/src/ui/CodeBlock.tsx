import { Box, type BoxProps } from "@chakra-ui/react";
import type { ReactNode } from "react";

type Props = BoxProps & { readonly label: string; readonly children: ReactNode };

/** Code or data as it is written; long ones scroll, also with the keyboard. */
export const CodeBlock = ({ label, children, ...props }: Props) => (
  <Box
    aria-label={label}
    as="pre"
    bg="bg.subtle"
    borderRadius="md"
    borderWidth="1px"
    fontFamily="mono"
    fontSize="xs"
    maxHeight="24rem"
    overflow="auto"
    p={3}
    role="region"
    tabIndex={0}
    whiteSpace="pre-wrap"
    overflowWrap="anywhere"
    {...props}
  >
    {children}
  </Box>
);
