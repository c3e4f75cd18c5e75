import { Box, chakra } from "@chakra-ui/react";

import { t } from "../../i18n/t";
import { CodeBlock } from "../../ui/CodeBlock";
import { type TokenKind, tokensOf } from "./yamlTokens";

const COLORS: Readonly<Record<TokenKind, string>> = {
  key: "blue.fg",
  string: "green.fg",
  literal: "purple.fg",
  comment: "fg.muted",
  plain: "fg",
};

/** YAML with its line numbers. */
export const YamlSource = ({ text }: { readonly text: string }) => (
  <CodeBlock label={t("governance.contracts.source")} maxHeight="36rem" whiteSpace="pre">
    {text
      .replace(/\n$/, "")
      .split("\n")
      .map((line, at) => (
        <Box as="span" display="block" key={at}>
          <chakra.span aria-hidden color="fg.muted" display="inline-block" mr={3} textAlign="end" userSelect="none" width="3ch">
            {at + 1}
          </chakra.span>
          {tokensOf(line).map(({ kind, text: part }, piece) => (
            <chakra.span color={COLORS[kind]} key={piece}>
              {part}
            </chakra.span>
          ))}
        </Box>
      ))}
  </CodeBlock>
);
