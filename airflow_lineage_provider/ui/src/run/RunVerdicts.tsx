import { Stack, Text } from "@chakra-ui/react";

import { useVerdicts } from "../dag/useDag";
import { t } from "../i18n/t";
import { Answered } from "../ui/Answered";
import { Section } from "../ui/Section";
import { VerdictCard } from "./VerdictCard";

type Props = { readonly dagId: string; readonly runId: string };

/** Verdicts on a DAG run, the newest open. */
export const RunVerdicts = ({ dagId, runId }: Props) => {
  const query = useVerdicts(dagId, runId);
  return (
    <Section title={t("run.verdicts")}>
      <Answered query={query} rows={2}>
        {({ verdicts }) =>
          verdicts.length === 0 ? (
            <Text color="fg.muted">{t("run.noVerdicts")}</Text>
          ) : (
            <Stack gap={3}>
              {verdicts.map((verdict, at) => (
                <VerdictCard isOpenAtFirst={at === 0} key={verdict.id} verdict={verdict} />
              ))}
            </Stack>
          )
        }
      </Answered>
    </Section>
  );
};
