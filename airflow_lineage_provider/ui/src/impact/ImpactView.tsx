import { Stack } from "@chakra-ui/react";

import { t } from "../i18n/t";
import { EmptyState } from "../ui/EmptyState";
import { Section } from "../ui/Section";
import { useParams } from "../ui/useParams";
import { ImpactList } from "./ImpactList";
import { RootPicker } from "./RootPicker";

/** Pick a dataset or column and see who breaks, or what it is made of. */
const ImpactView = () => {
  const { get, set } = useParams();
  const node = get("node");
  const direction = get("direction") === "upstream" ? "upstream" : "downstream";
  return (
    <Stack flex={1} gap={2} minHeight={0} overflow="auto" p={4}>
      <Section hint={t("impact.hint")} title={t("impact.title")}>
        <RootPicker
          direction={direction}
          node={node}
          onDirection={(value) => set({ direction: value === "upstream" ? value : null })}
          onNode={(chosen) => set({ node: chosen })}
        />
      </Section>
      {node ? (
        <ImpactList direction={direction} node={node} />
      ) : (
        <EmptyState hint={t("impact.startHint")} title={t("impact.start")} />
      )}
    </Stack>
  );
};

export default ImpactView;
