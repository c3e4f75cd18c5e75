import { Button } from "@chakra-ui/react";
import { useMutation } from "@tanstack/react-query";

import { client, unwrap } from "../api/client";
import { t } from "../i18n/t";
import { Refusal } from "../ui/Refusal";
import { saveFile } from "../ui/saveFile";
import type { Direction } from "./useImpact";

type Props = { readonly node: string; readonly direction: Direction };

/** The whole list as the server writes it. Asked for as everything else is: a plain link could not sign in. */
export const DownloadCsv = ({ node, direction }: Props) => {
  const loading = useMutation({
    mutationFn: async () => {
      const text = await unwrap(
        client.GET("/api/v2/impact", { params: { query: { nodeId: node, direction, format: "csv" } }, parseAs: "text" }),
      );
      saveFile("impact.csv", "text/csv;charset=utf-8", [text]);
    },
  });
  return (
    <>
      <Button loading={loading.isPending} onClick={() => loading.mutate()} size="sm" variant="outline">
        {t("impact.csv")}
      </Button>
      <Refusal error={loading.error} />
    </>
  );
};
