import { Field, Input } from "@chakra-ui/react";
import { useEffect, useState } from "react";

type Props = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: string;
  readonly width?: string;
};

const PAUSE = 400;

/** A text that filters once the reader stops typing: what is sent lags behind, so it is no field of a form. */
export const TextFilter = ({ label, value, onChange, type = "text", width = "11rem" }: Props) => {
  const [text, setText] = useState(value);
  // The space that somebody is about to type on from stays.
  useEffect(() => {
    setText((typed) => (typed.trim() === value ? typed : value));
  }, [value]);
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const timer = setTimeout(() => onChange(text.trim()), PAUSE);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <Field.Root width={width}>
      <Field.Label color="fg.muted" fontSize="xs">
        {label}
      </Field.Label>
      <Input onChange={(event) => setText(event.target.value)} size="sm" type={type} value={text} />
    </Field.Root>
  );
};
