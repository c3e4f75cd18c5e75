import { Button, Stack, Text } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { askText } from "../../api/ask";
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
      const found = await exportChain((after) => askText("/audit/export", { after, since, limit: AT_ONCE }), setCount);
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
