import { Badge, Box, Text } from "@chakra-ui/react";

import type { Schema } from "../../api/types";
import { formatNumber, formatTime } from "../../i18n/format";
import { t } from "../../i18n/t";
import { CodeBlock } from "../../ui/CodeBlock";
import type { TableColumn } from "../../ui/SimpleTable";

type Entry = Schema<"AuditEntry">;

const Payload = ({ entry }: { readonly entry: Entry }) =>
  entry.is_purged ? (
    <Text color="fg.muted">{t("governance.audit.purged")}</Text>
  ) : (
    <Box as="details" minWidth="12rem">
      <Box as="summary" cursor="pointer" lineClamp={1} overflowWrap="anywhere">
        {summaryOf(entry.payload)}
      </Box>
      <CodeBlock label={t("governance.audit.payload")} mt={2}>
        {JSON.stringify(entry.payload, null, 2)}
      </CodeBlock>
      <Text color="fg.muted" fontFamily="mono" fontSize="xs" mt={1} overflowWrap="anywhere">
        {entry.entry_hash ?? t("governance.audit.unsealed")}
      </Text>
    </Box>
  );

/** The first words of what an entry says. */
export const summaryOf = (payload: unknown): string => {
  if (typeof payload !== "object" || payload === null) return String(payload ?? "");
  const { action, result, message, reason } = payload as Readonly<Record<string, unknown>>;
  const words = [action, result, reason ?? message].filter((word) => typeof word === "string" && word !== "");
  if (words.length > 0) return words.join(" · ").slice(0, 160);
  return Object.entries(payload).map(([name, value]) => `${name.replaceAll("_", " ")}${valueOf(value)}`).join(", ").slice(0, 160);
};

/** Small values as they are, of lists and tables how much is in them. */
const valueOf = (value: unknown): string => {
  if (Array.isArray(value)) return ` ${value.length}`;
  if (typeof value === "object" && value !== null) return ` ${Object.keys(value).length}`;
  return value === null || value === undefined || value === "" ? "" : ` ${String(value)}`;
};

export const entryColumns = (): TableColumn<Entry>[] => [
  {
    key: "seq",
    header: "#",
    width: "5rem",
    cell: ({ seq }) => (seq === null ? <Badge colorPalette="orange">{t("governance.audit.waits")}</Badge> : formatNumber(seq)),
  },
  { key: "at", header: t("governance.audit.at"), width: "12rem", cell: ({ at }) => formatTime(at) },
  { key: "kind", header: t("governance.audit.by.kind"), width: "8rem", cell: ({ kind }) => <Badge>{kind}</Badge> },
  { key: "actor", header: t("governance.audit.actor"), width: "10rem", cell: ({ actor }) => actor },
  {
    key: "subject",
    header: t("governance.audit.by.subject"),
    cell: ({ subject }) => <Text overflowWrap="anywhere">{subject}</Text>,
  },
  { key: "payload", header: t("governance.audit.payload"), cell: (entry) => <Payload entry={entry} /> },
];
