import { Field, NativeSelect } from "@chakra-ui/react";

export type Option = { readonly value: string; readonly label: string };

type Props = {
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly onChange: (value: string) => void;
  readonly width?: string;
};

/** One of several, with its label above. */
export const Choice = ({ label, value, options, onChange, width = "10rem" }: Props) => (
  <Field.Root width={width}>
    <Field.Label color="fg.muted" fontSize="xs">
      {label}
    </Field.Label>
    <NativeSelect.Root size="sm">
      <NativeSelect.Field onChange={(event) => onChange(event.target.value)} value={value}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </NativeSelect.Field>
      <NativeSelect.Indicator />
    </NativeSelect.Root>
  </Field.Root>
);
