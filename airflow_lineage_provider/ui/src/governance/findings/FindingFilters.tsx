import { Button, Flex } from "@chakra-ui/react";
import { useCallback } from "react";

import { t } from "../../i18n/t";
import { Choice } from "../../ui/Choice";
import { TextFilter } from "../../ui/TextFilter";
import { countFilters, LEVELS, STATES } from "./filters";
import { GROUPS, type GroupBy } from "./grouping";
import { type FindingFilter, useFindingCounts } from "./useFindings";

type Change = (changes: Readonly<Record<string, string | null>>) => void;
type Props = { readonly filter: FindingFilter; readonly by: GroupBy; readonly onChange: Change };

const TEXTS = ["name", "namespace", "owner", "dag_id"] as const;
const NOTHING = { rule: null, level: null, name: null, namespace: null, owner: null, dag_id: null };

/** What is shown, and in which groups. */
export const FindingFilters = ({ filter, by, onChange }: Props) => {
  const rules = useFindingCounts("rule", { state: filter.state }).data?.counts ?? [];
  const known = rules.flatMap(({ value }) => (value ? [value] : []));
  const names = filter.rule && !known.includes(filter.rule) ? [filter.rule, ...known] : known;
  return (
    <Flex align="flex-end" role="search" gap={3} wrap="wrap">
      <Choice
        label={t("governance.findings.state")}
        onChange={(state) => onChange({ state })}
        options={STATES.map((value) => ({ value, label: t(`governance.findings.states.${value}`) }))}
        value={filter.state ?? "open"}
        width="8rem"
      />
      <Choice
        label={t("governance.findings.level")}
        onChange={(level) => onChange({ level })}
        options={[any(), ...LEVELS.map((value) => ({ value, label: t(`governance.words.${value}`) }))]}
        value={filter.level ?? ""}
        width="8rem"
      />
      <Choice
        label={t("governance.findings.rule")}
        onChange={(rule) => onChange({ rule })}
        options={[any(), ...names.sort().map((value) => ({ value, label: value }))]}
        value={filter.rule ?? ""}
        width="11rem"
      />
      <Choice
        label={t("governance.findings.group")}
        onChange={(group) => onChange({ group: group === "none" ? null : group })}
        options={GROUPS.map((value) => ({ value, label: t(`governance.findings.groups.${value}`) }))}
        value={by}
        width="9rem"
      />
      {TEXTS.map((name) => (
        <NamedFilter key={name} name={name} onChange={onChange} value={filter[name] ?? ""} />
      ))}
      {countFilters(filter) > 0 ? (
        <Button onClick={() => onChange(NOTHING)} size="sm" variant="ghost">
          {t("governance.findings.clear")}
        </Button>
      ) : null}
    </Flex>
  );
};

type NamedProps = { readonly name: (typeof TEXTS)[number]; readonly value: string; readonly onChange: Change };

const NamedFilter = ({ name, value, onChange }: NamedProps) => {
  const change = useCallback((text: string) => onChange({ [name]: text }), [name, onChange]);
  return <TextFilter label={t(`governance.findings.by.${name}`)} onChange={change} value={value} width="8rem" />;
};

const any = () => ({ value: "", label: t("governance.findings.any") });
