import { Field, Flex } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../api/client";
import { SearchBox } from "../graph/search/SearchBox";
import { t } from "../i18n/t";
import { Choice } from "../ui/Choice";
import { columnNode, nodeText, partsOf } from "./nodeParts";

const TYPES = ["dataset", "column"] as const;

type Props = {
  readonly node: string;
  readonly direction: "upstream" | "downstream";
  readonly onNode: (node: string) => void;
  readonly onDirection: (direction: string) => void;
};

/** A search for datasets and columns, the columns of the chosen dataset, and which way to look. */
export const RootPicker = ({ node, direction, onNode, onDirection }: Props) => {
  const { dataset, column } = partsOf(node);
  const columns = useColumns(dataset);
  return (
    <Flex align="flex-end" gap={3} wrap="wrap">
      <Field.Root flex="1 1 22rem" maxWidth="40rem">
        <Field.Label color="fg.muted" fontSize="xs">
          {t("impact.search")}
        </Field.Label>
        <SearchBox
          chosen={nodeText(node)}
          label={t("impact.search")}
          onPick={onNode}
          placeholder={t("impact.searchHint")}
          size="sm"
          types={TYPES}
        />
      </Field.Root>
      {dataset && columns.length > 0 ? (
        <Choice
          label={t("impact.column")}
          onChange={(name) => onNode(name ? columnNode(dataset, name) : dataset)}
          options={[
            { value: "", label: t("impact.wholeDataset") },
            ...columns.map((name) => ({ value: name, label: name })),
          ]}
          value={column && columns.includes(column) ? column : ""}
          width="14rem"
        />
      ) : null}
      <Choice
        label={t("impact.direction")}
        onChange={onDirection}
        options={[
          { value: "downstream", label: t("impact.downstream") },
          { value: "upstream", label: t("impact.upstream") },
        ]}
        value={direction}
        width="14rem"
      />
    </Flex>
  );
};

/** Names of the columns that a dataset has now; masked ones cannot be asked about. */
const useColumns = (dataset: string): string[] => {
  const { data } = useQuery({
    queryKey: ["datasets", "profile", dataset],
    queryFn: () => unwrap(client.GET("/api/v2/datasets/profile", { params: { query: { nodeId: dataset } } })),
    enabled: dataset !== "",
  });
  return (data?.columns ?? []).flatMap(({ name, is_masked }) => (name !== null && !is_masked ? [name] : []));
};
