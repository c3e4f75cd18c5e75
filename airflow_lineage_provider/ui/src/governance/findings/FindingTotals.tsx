import { Badge, Button, Flex, Text } from "@chakra-ui/react";

import { formatNumber } from "../../i18n/format";
import { t } from "../../i18n/t";
import { type FindingFilter, useFindingCounts } from "./useFindings";

type Props = {
  readonly filter: FindingFilter;
  readonly onChange: (changes: Readonly<Record<string, string | null>>) => void;
};

const MOST = 8;

/** Who has how many of the findings that are shown; a name filters by it. */
export const FindingTotals = ({ filter, onChange }: Props) => {
  const { owner, ...others } = filter;
  const counts = useFindingCounts("owner", others).data?.counts ?? [];
  const owners = counts.filter((count) => count.value !== null);
  const nobodys = counts.find((count) => count.value === null)?.findings ?? 0;
  if (owners.length === 0) return null;
  return (
    <Flex align="center" aria-label={t("governance.findings.byOwner")} gap={2} role="group" wrap="wrap">
      <Text color="fg.muted" fontSize="xs">
        {t("governance.findings.byOwner")}
      </Text>
      {owners.slice(0, MOST).map(({ value, findings }) => (
        <Button
          aria-pressed={value === owner}
          key={value}
          onClick={() => onChange({ owner: value === owner ? null : value })}
          size="2xs"
          variant={value === owner ? "solid" : "outline"}
        >
          {value}
          <Badge size="xs">{formatNumber(findings)}</Badge>
        </Button>
      ))}
      {owners.length > MOST ? (
        <Text color="fg.muted" fontSize="xs">
          {t("governance.findings.moreOwners", { count: owners.length - MOST })}
        </Text>
      ) : null}
      {nobodys > 0 ? (
        <Text color="fg.muted" fontSize="xs">
          {t("governance.findings.nobodys", { count: nobodys })}
        </Text>
      ) : null}
    </Flex>
  );
};
