import { Flex } from "@chakra-ui/react";
import { useCallback } from "react";

import { t } from "../../i18n/t";
import { TextFilter } from "../../ui/TextFilter";

type Change = (changes: Readonly<Record<string, string>>) => void;
type Props = {
  readonly asked: { readonly kind?: string; readonly subject?: string; readonly since?: string };
  readonly onChange: Change;
};

const NAMES = ["kind", "subject", "since"] as const;

/** Entries of one kind, about one thing, or from some day on. */
export const AuditFilters = ({ asked, onChange }: Props) => (
  <Flex role="search" gap={3} wrap="wrap">
    {NAMES.map((name) => (
      <One key={name} name={name} onChange={onChange} value={asked[name] ?? ""} />
    ))}
  </Flex>
);

type OneProps = { readonly name: (typeof NAMES)[number]; readonly value: string; readonly onChange: Change };

const One = ({ name, value, onChange }: OneProps) => {
  const change = useCallback((text: string) => onChange({ [name]: text }), [name, onChange]);
  return (
    <TextFilter
      label={t(`governance.audit.by.${name}`)}
      onChange={change}
      type={name === "since" ? "date" : "text"}
      value={value}
    />
  );
};
