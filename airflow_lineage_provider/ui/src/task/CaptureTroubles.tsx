import { Alert, Stack, Text } from "@chakra-ui/react";

import type { Schema } from "../api/types";
import { t } from "../i18n/t";

const WORDS = ["stage", "phase", "source", "kind", "type", "extractor", "where"];
const TEXTS = ["message", "error", "detail", "reason"];

/** What went wrong while lineage was taken, and what was left out of the record. */
export const CaptureTroubles = ({ detail: { errors, truncated } }: { readonly detail: Schema<"RunDetail"> }) =>
  errors.length === 0 && truncated.length === 0 ? null : (
    <Stack gap={2} mb={4}>
      {errors.length > 0 ? (
        <Alert.Root size="sm" status="error">
          <Alert.Indicator />
          <Alert.Content overflowWrap="anywhere">
            <Alert.Title>{t("task.errors", { count: errors.length })}</Alert.Title>
            {errors.map((error, at) => (
              <Text key={at}>{errorText(error)}</Text>
            ))}
            <Text color="fg.muted">{t("task.errorsHint")}</Text>
          </Alert.Content>
        </Alert.Root>
      ) : null}
      {truncated.length > 0 ? (
        <Alert.Root size="sm" status="warning">
          <Alert.Indicator />
          <Alert.Content overflowWrap="anywhere">
            <Alert.Title>{t("task.truncated")}</Alert.Title>
            <Text>{truncated.join(", ")}</Text>
          </Alert.Content>
        </Alert.Root>
      ) : null}
    </Stack>
  );

/** An error of capture in one line: where, and what; all of it where neither is said. */
export const errorText = (error: Readonly<Record<string, unknown>>): string => {
  const pick = (keys: readonly string[]) =>
    keys.map((key) => error[key]).filter((value): value is string => typeof value === "string" && value !== "");
  const said = pick(TEXTS);
  if (said.length === 0) return JSON.stringify(error);
  const where = pick(WORDS).join(" ");
  return where ? `${where}: ${said.join(" ")}` : said.join(" ");
};
