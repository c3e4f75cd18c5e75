import { Box, Button, Text } from "@chakra-ui/react";

import { formatTime } from "../../i18n/format";
import { t } from "../../i18n/t";
import { Address } from "../../ui/Address";
import { DatasetLink } from "../../ui/DatasetLink";
import { LevelBadge } from "../../ui/LevelBadge";
import { LineageLink } from "../../ui/LineageLink";
import { SimpleTable, type TableColumn } from "../../ui/SimpleTable";
import type { Finding } from "./grouping";

type Props = {
  readonly label: string;
  readonly findings: readonly Finding[];
  /** Without it a finding is a link to its page. */
  readonly onChoose?: (id: number) => void;
};

/** Findings, one a row. */
export const FindingTable = ({ label, findings, onChoose }: Props) => {
  const columns: TableColumn<Finding>[] = [
    { key: "standing", header: t("governance.findings.standing"), width: "7rem", cell: standing },
    { key: "rule", header: t("governance.findings.rule"), width: "11rem", cell: (finding) => rule(finding, onChoose) },
    { key: "about", header: t("governance.findings.about"), width: "20rem", cell: about },
    { key: "message", header: t("governance.findings.message"), cell: ({ message }) => <Message text={message} /> },
    { key: "owner", header: t("governance.findings.owner"), width: "10rem", cell: owner },
    {
      key: "opened",
      header: t("governance.findings.opened"),
      width: "12rem",
      cell: ({ opened_at }) => formatTime(opened_at),
    },
  ];
  return <SimpleTable columns={columns} label={label} rowKey={({ id }) => id} rows={findings} />;
};

const standing = ({ standing: word, state }: Finding) => <LevelBadge word={state === "resolved" ? state : word} />;

const rule = ({ id, rule: name }: Finding, onChoose?: (id: number) => void) =>
  onChoose ? (
    <Button height="auto" justifyContent="flex-start" onClick={() => onChoose(id)} p={0} size="sm" variant="plain" whiteSpace="normal" textAlign="start" textDecoration="underline">
      {name}
    </Button>
  ) : (
    <LineageLink params={{ finding: id, state: "all" }} textDecoration="underline" view="findings">
      {name}
    </LineageLink>
  );

const about = ({ namespace, name, dag_id, subject }: Finding) => (
  <Box minWidth="10rem">
    {namespace && name ? <DatasetLink name={name} namespace={namespace} /> : null}
    {dag_id ? <Text>{t("governance.findings.ofDag", { dag: dag_id })}</Text> : null}
    {subject ? (
      <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere">
        {subject}
      </Text>
    ) : null}
  </Box>
);

const Message = ({ text }: { readonly text: string }) => (
  <Text minWidth="14rem" overflowWrap="anywhere">
    {text}
  </Text>
);

const owner = ({ owner: name, channel }: Finding) => (
  <>
    <Text color={name ? undefined : "fg.muted"} overflowWrap="break-word">
      {name ? <Address text={name} /> : t("governance.findings.nobody")}
    </Text>
    {channel ? (
      <Text color="fg.muted" fontSize="xs" overflowWrap="anywhere">
        {channel}
      </Text>
    ) : null}
  </>
);
