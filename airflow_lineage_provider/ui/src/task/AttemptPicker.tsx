import { t } from "../i18n/t";
import { Choice } from "../ui/Choice";
import type { Attempts } from "./attempts";
import { MOST } from "./useAttempts";

type Props = {
  readonly attempts: Attempts;
  /** The try that is asked for; it may be one that is not recorded. */
  readonly tryNumber: number | null;
  readonly isWhole: boolean;
  readonly onChange: (changes: Readonly<Record<string, string | null>>) => void;
};

/** Which instance and which try, where there are several, or where what is asked for is not among them. */
export const AttemptPicker = ({ attempts: { mapIndices, index, tries, chosen }, tryNumber, isWhole, onChange }: Props) => {
  const indices = index === null || mapIndices.includes(index) ? mapIndices : [...mapIndices, index].sort((a, b) => a - b);
  const wanted = chosen?.try_number ?? tryNumber;
  const numbers = [...new Set([...tries.map((run) => run.try_number), ...(wanted === null ? [] : [wanted])])].sort((a, b) => b - a);
  const stateOf = (number: number): string => {
    const run = tries.find((one) => one.try_number === number);
    return run ? (run.state ?? t("app.unknownState")) : t("task.notRecorded");
  };
  return (
    <>
      {indices.length > 1 ? (
        <Choice
          label={isWhole ? t("task.mapIndex", { count: indices.length }) : t("task.newestIndices", { count: MOST })}
          onChange={(picked) => onChange({ map_index: picked, try_number: null })}
          options={indices.map((one) => ({ value: String(one), label: String(one) }))}
          value={String(index)}
        />
      ) : null}
      {tries.length > 0 && numbers.length > 1 ? (
        <Choice
          label={t("task.try", { count: numbers.length })}
          onChange={(picked) => onChange({ try_number: picked })}
          options={numbers.map((number) => ({
            value: String(number),
            label: t("task.tryNumber", { number, state: stateOf(number) }),
          }))}
          value={String(wanted)}
        />
      ) : null}
    </>
  );
};
