import { Button, Stack, Text } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { client, unwrap } from "../../api/client";
import { t } from "../../i18n/t";
import { saveFile } from "../../ui/saveFile";
import { Refusal } from "../../ui/Refusal";
import { exportChain } from "./exportChain";

const AT_ONCE = 1_000;

/** The sealed entries as a file that can be verified elsewhere. */
export const ExportButton = ({ since }: { readonly since?: string }) => {
  const [count, setCount] = useState(0);
  const exporting = useMutation({
    mutationFn: async () => {
      setCount(0);
      const read = (after: number): Promise<string> =>
        unwrap(
          client.GET("/api/v2/audit/export", { params: { query: { after, since, limit: AT_ONCE } }, parseAs: "text" }),
        );
      const found = await exportChain(read, setCount);
      saveFile("audit.jsonl", "application/x-ndjson", found.parts);
      return found.entries;
    },
  });
  return (
    <Stack gap={1}>
      <Button alignSelf="flex-start" loading={exporting.isPending} onClick={() => exporting.mutate()} size="sm" variant="outline">
        {t("governance.audit.export")}
      </Button>
      {exporting.isIdle ? null : (
        <Text aria-live="polite" color="fg.muted" fontSize="xs">
          {t("governance.audit.exported", { count })}
        </Text>
      )}
      <Refusal error={exporting.error} />
    </Stack>
  );
};
