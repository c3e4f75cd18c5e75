import { Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";

import { client, unwrap } from "../../api/client";
import { t } from "../../i18n/t";
import { LineageLink } from "../../ui/LineageLink";

type Props = { readonly namespace: string; readonly name: string };

/** How many findings are open on a dataset, with the way to them. */
export const OpenFindings = ({ namespace, name }: Props) => {
  const { data } = useQuery({
    queryKey: ["findings", "of", namespace, name],
    queryFn: () => unwrap(client.GET("/api/v2/findings", { params: { query: { namespace, name, state: "open", limit: 100 } } })),
  });
  if (!data) return null;
  const count = data.findings.length;
  if (count === 0) return <Text color="fg.muted">{t("graph.drawer.noFindings")}</Text>;
  return (
    <LineageLink colorPalette="failed" params={{ name, namespace, state: "open" }} view="findings">
      {t("graph.drawer.findings", { count })}
    </LineageLink>
  );
};
