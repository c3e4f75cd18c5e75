import { Alert, Flex, Text } from "@chakra-ui/react";
import type { ReactNode } from "react";

import { LevelBadge } from "../ui/LevelBadge";
import { statusOf } from "./verdictStatus";

type Props = { readonly result: string; readonly text: string; readonly detail?: string; readonly children?: ReactNode };

/** A result of the judge in its colour, what it means, and what it rests on. */
export const ResultAlert = ({ result, text, detail, children }: Props) => (
  <Alert.Root mt={2} role="group" status={statusOf(result)} variant="outline">
    <Alert.Indicator />
    <Alert.Content minWidth={0} overflowWrap="anywhere">
      <Flex align="center" gap={2} wrap="wrap">
        <LevelBadge variant="solid" word={result} />
        <Text color="fg">{text}</Text>
        {detail ? <Text color="fg.muted">{detail}</Text> : null}
      </Flex>
      {children}
    </Alert.Content>
  </Alert.Root>
);
