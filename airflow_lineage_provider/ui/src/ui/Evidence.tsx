import { Badge, Flex } from "@chakra-ui/react";

/** How something is known: `sql`, `declared`, `hook` and so on. */
export const Evidence = ({ words }: { readonly words: readonly string[] }) => (
  <Flex gap={1} wrap="wrap">
    {words.map((word) => (
      <Badge key={word} variant="outline">
        {word.replaceAll("_", " ")}
      </Badge>
    ))}
  </Flex>
);
