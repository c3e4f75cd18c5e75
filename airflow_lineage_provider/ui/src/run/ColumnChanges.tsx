import { Badge, Box, Flex, Text } from "@chakra-ui/react";

import type { Schema } from "../api/types";
import { t, type TextKey } from "../i18n/t";

type ColumnChange = Schema<"ColumnChange">;
type Column = Schema<"Column">;

/** Palette and text of what happened to a column. */
const KINDS: Readonly<Record<string, readonly [palette: string, text: TextKey]>> = {
  added: ["green", "run.changes.added"],
  removed: ["red", "run.changes.removed"],
  type_changed: ["orange", "run.changes.type_changed"],
  changed: ["blue", "run.changes.changed"],
  moved: ["gray", "run.changes.moved"],
};

/** Columns that changed, one a line. */
export const ColumnChanges = ({ changes }: { readonly changes: readonly ColumnChange[] }) =>
  changes.length === 0 ? null : (
    <Box as="ul" listStyleType="none" mt={1}>
      {changes.map((change, at) => (
        <Flex align="center" as="li" gap={2} key={`${change.name} ${at}`} wrap="wrap">
          <Kind kind={change.kind} />
          <Text fontFamily="mono" fontSize="xs" overflowWrap="anywhere">
            {change.is_masked || change.name === null ? t("app.restricted") : change.name}
          </Text>
          <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere">
            {change.is_masked ? "" : differenceOf(change)}
          </Text>
        </Flex>
      ))}
    </Box>
  );

const Kind = ({ kind }: { readonly kind: string }) => {
  const [palette, text] = KINDS[kind] ?? ["gray", null];
  return (
    <Badge colorPalette={palette} size="xs">
      {text ? t(text) : kind}
    </Badge>
  );
};

/** What the column was and is: `int → bigint`. */
export const differenceOf = ({ before, after, position_before, position_after, kind }: ColumnChange): string => {
  if (kind === "moved") return `${(position_before ?? 0) + 1} → ${(position_after ?? 0) + 1}`;
  const [was, is] = [textOf(before), textOf(after)];
  return was && is && was !== is ? `${was} → ${is}` : is || was;
};

const textOf = (column: Column | null): string =>
  column === null ? "" : [column.type, column.nullable === false ? t("run.notNull") : null].filter(Boolean).join(" ");
