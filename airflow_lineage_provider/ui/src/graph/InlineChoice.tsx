import { HStack, NativeSelect, Text } from "@chakra-ui/react";
import { useId } from "react";

type Props<Value extends string> = {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
};

/** One of several, with its label before it: a toolbar has no room for two lines. */
export const InlineChoice = <Value extends string>({ label, value, options, onChange }: Props<Value>) => {
  const id = useId();
  return (
    <HStack gap={1}>
      <Text asChild color="fg.muted" fontSize="xs" whiteSpace="nowrap">
        <label htmlFor={id}>{label}</label>
      </Text>
      <NativeSelect.Root size="xs" width="auto">
        <NativeSelect.Field
          id={id}
          onChange={({ target }) => {
            const picked = options.find((option) => option.value === target.value);
            if (picked) onChange(picked.value);
          }}
          value={value}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </HStack>
  );
};
