import { Button } from "@chakra-ui/react";
import { useState } from "react";

import type { Schema } from "../api/types";
import { formatTime } from "../i18n/format";
import { t } from "../i18n/t";
import { VerdictDetail } from "../run/VerdictDetail";
import { ResultAlert } from "./ResultAlert";

/** What the gates would do about a run now, and the findings that this rests on. */
export const GateStateCard = ({ gate }: { readonly gate: Schema<"GateDetail"> }) => {
  const [isOpen, setOpen] = useState(false);
  const times = [
    t("dag.gate.mode", { mode: gate.mode }),
    t("dag.gate.judged", { at: formatTime(gate.judged_at) }),
    t(gate.is_expired ? "dag.gate.expired" : "dag.gate.valid", { at: formatTime(gate.valid_until) }),
  ];
  return (
    <ResultAlert detail={times.join(" · ")} result={gate.result} text={gate.reason}>
      {gate.verdict_id !== null && gate.findings_total > 0 ? (
        <>
          <Button
            alignSelf="flex-start"
            aria-expanded={isOpen}
            colorPalette="gray"
            mt={2}
            onClick={() => setOpen(!isOpen)}
            size="xs"
            variant="outline"
          >
            {t(isOpen ? "run.hide" : "dag.gate.show", { count: gate.findings_total })}
          </Button>
          {isOpen ? <VerdictDetail dagId={gate.dag_id} id={gate.verdict_id} /> : null}
        </>
      ) : null}
    </ResultAlert>
  );
};
