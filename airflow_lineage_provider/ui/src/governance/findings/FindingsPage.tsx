import { Flex, Stack, Text } from "@chakra-ui/react";
import { useMemo } from "react";

import { t } from "../../i18n/t";
import { Answered } from "../../ui/Answered";
import { EmptyState } from "../../ui/EmptyState";
import { MoreButton } from "../../ui/MoreButton";
import { useParams } from "../../ui/useParams";
import { countFilters, filterOf } from "./filters";
import { FindingFilters } from "./FindingFilters";
import { FindingGroup } from "./FindingGroup";
import { FindingPanel } from "./FindingPanel";
import { FindingTotals } from "./FindingTotals";
import { grouped, groupOf } from "./grouping";
import { useFindings } from "./useFindings";

/** Findings: filtered, grouped, and one of them in a panel. All of it stands in the address. */
export const FindingsPage = () => {
  const { get, set } = useParams();
  const filter = filterOf(get);
  const by = groupOf(get("group") || null);
  const { query, rows } = useFindings(filter);
  const groups = useMemo(() => grouped(rows, by), [rows, by]);
  const chosen = Number(get("finding"));
  return (
    <Stack gap={4}>
      <FindingFilters by={by} filter={filter} onChange={set} />
      <FindingTotals filter={filter} onChange={set} />
      <Answered query={query} rows={8}>
        {() =>
          rows.length === 0 && !query.hasNextPage ? (
            <NoFindings filters={countFilters(filter)} />
          ) : (
            groups.map((group) => (
              <FindingGroup by={by} group={group} key={group.value ?? ""} onChoose={(id) => set({ finding: id })} />
            ))
          )
        }
      </Answered>
      {query.hasNextPage ? (
        <Flex align="center" gap={3}>
          <MoreButton mt={0} query={query} />
          {by === "none" ? null : <Text color="fg.muted">{t("governance.findings.groupsOfLoaded")}</Text>}
        </Flex>
      ) : null}
      {Number.isInteger(chosen) && chosen > 0 ? (
        <FindingPanel id={chosen} onClose={() => set({ finding: null }, true)} />
      ) : null}
    </Stack>
  );
};

const NoFindings = ({ filters }: { readonly filters: number }) =>
  filters > 0 ? (
    <EmptyState hint={t("governance.findings.noneFilteredHint")} title={t("governance.findings.noneFiltered")} />
  ) : (
    <EmptyState hint={t("governance.findings.noneHint")} title={t("governance.findings.none")} />
  );
