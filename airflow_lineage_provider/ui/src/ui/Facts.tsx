import { DataList } from "@chakra-ui/react";
import type { ReactNode } from "react";

export type Fact = readonly [label: string, value: ReactNode];

/** Labels and values one below the other; what has no value is left out. */
export const Facts = ({ facts }: { readonly facts: readonly Fact[] }) => (
  <DataList.Root gap={2} orientation="horizontal" size="md">
    {facts.map(([label, value]) =>
      value === null || value === undefined || value === "" ? null : (
        <DataList.Item alignItems="flex-start" key={label}>
          <DataList.ItemLabel minWidth="8rem">{label}</DataList.ItemLabel>
          <DataList.ItemValue minWidth={0} overflowWrap="anywhere">
            {value}
          </DataList.ItemValue>
        </DataList.Item>
      ),
    )}
  </DataList.Root>
);
