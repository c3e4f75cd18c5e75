import { Badge, Box, Flex, Stack, Text } from "@chakra-ui/react";

import type { Schema } from "../api/types";
import { t } from "../i18n/t";
import { CodeBlock } from "../ui/CodeBlock";
import { CopyButton } from "../ui/CopyButton";
import { Sign } from "./Sign";

type Props = {
  readonly label: string;
  readonly statements: readonly Schema<"Statement">[];
  /** Of a difference: whether they came or went. */
  readonly isAdded?: boolean;
};

/** Statements by their fingerprint, with their text where the reader may see it. */
export const StatementList = ({ label, statements, isAdded }: Props) =>
  statements.length === 0 ? null : (
    <Stack aria-label={label} gap={2} role="group">
      {statements.map((statement, at) => (
        <Box key={`${statement.fingerprint} ${at}`}>
          <Flex align="center" gap={2} mb={1} wrap="wrap">
            {isAdded === undefined ? null : <Sign isAdded={isAdded} />}
            <Text fontFamily="mono" fontSize="xs" title={statement.fingerprint}>
              {statement.fingerprint.slice(0, 12)}
            </Text>
            {statement.kind ? <Badge size="xs">{statement.kind}</Badge> : null}
            {statement.is_executed ? null : <Badge size="xs">{t("run.notExecuted")}</Badge>}
            {statement.conn_id ? (
              <Text color="fg.muted" fontSize="xs">
                {statement.conn_id}
              </Text>
            ) : null}
            {statement.sql ? <CopyButton size="2xs" text={statement.sql} /> : null}
          </Flex>
          {statement.sql ? (
            <CodeBlock label={t("run.sqlOf", { fingerprint: statement.fingerprint.slice(0, 12) })} maxHeight="12rem">
              {statement.sql}
            </CodeBlock>
          ) : (
            <Text color="fg.muted" fontSize="xs">
              {t(statement.is_masked ? "run.sqlMasked" : "run.sqlNotKept")}
            </Text>
          )}
          {statement.error ? (
            <Text color="fg.error" fontSize="xs" overflowWrap="anywhere">
              {statement.error}
            </Text>
          ) : null}
        </Box>
      ))}
    </Stack>
  );
