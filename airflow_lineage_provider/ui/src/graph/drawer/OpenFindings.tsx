import { Text } from "@chakra-ui/react";

import { useFindingCounts } from "../../governance/findings/useFindings";
import { t } from "../../i18n/t";
import { Answered } from "../../ui/Answered";
import { LineageLink } from "../../ui/LineageLink";

type Props = { readonly namespace: string; readonly name: string };

/** How many findings are open on a dataset, with the way to them. */
export const OpenFindings = ({ namespace, name }: Props) => (
  <Answered query={useFindingCounts("rule", { namespace, name, state: "open" })} rows={1}>
    {({ counts }) => {
      const count = counts.reduce((sum, { findings }) => sum + findings, 0);
      if (count === 0) return <Text color="fg.muted">{t("graph.drawer.noFindings")}</Text>;
      return (
        <LineageLink colorPalette="failed" params={{ name, namespace, state: "open" }} view="findings">
          {t("graph.drawer.findings", { count })}
        </LineageLink>
      );
    }}
  </Answered>
);
