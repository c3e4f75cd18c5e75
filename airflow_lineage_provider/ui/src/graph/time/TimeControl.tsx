import { Button, HStack, Input, Text } from "@chakra-ui/react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";

import { formatTime } from "../../i18n/format";
import { t } from "../../i18n/t";
import { momentOf, wallOf } from "../../i18n/zone";
import { firstQuestion } from "../model/question";
import type { GraphAnswer } from "../model/types";
import type { GraphState } from "../model/urlState";
import type { ChangeState } from "../useGraphState";
import { graphQuery } from "../useKnownGraph";
import { asMoment, momentsOf, positionOf } from "./moments";

type Props = { readonly state: GraphState; readonly answer: GraphAnswer | null; readonly onChange: ChangeState };

/** Back to what was known at a moment. The slider stops where the graph around the node grew. */
export const TimeControl = ({ state, answer, onChange }: Props) => {
  const { asOf, level, direction, depth } = state;
  // How far back it goes is in the graph of now; the one of then does not know what came later.
  const whole = useQuery({
    ...graphQuery(firstQuestion({ node: state.node ?? "", level, direction, depth, asOf: null })),
    enabled: asOf !== null,
  });
  const moments = momentsOf((asOf === null ? answer : whole.data)?.edges ?? []);
  const [position, setPosition] = useState<number | null>(null);
  /** What is typed into the field for a moment; on its way there it is all kinds of moments. */
  const [typed, setTyped] = useState<string | null>(null);
  useEffect(() => {
    setPosition(null);
    setTyped(null);
  }, [asOf]);
  const id = useId();
  const current = Math.max(position ?? positionOf(moments, asOf), 0);
  const pick = (at: number): void => {
    const moment = moments[at];
    onChange({ asOf: moment === undefined ? null : asMoment(moment) });
  };
  const commit = (): void => {
    const moment = typed === null ? null : momentOf(typed);
    setTyped(null);
    if (moment !== null && moment !== asOf) onChange({ asOf: moment });
  };
  const shownTime = current >= moments.length && position !== null ? null : position === null ? asOf : asMoment(moments[position] ?? 0);
  return (
    <HStack aria-label={t("graph.time.label")} gap={2} role="group">
      <Text asChild color="fg.muted" fontSize="xs" whiteSpace="nowrap">
        <label htmlFor={id}>{t("graph.time.label")}</label>
      </Text>
      <input
        aria-label={t("graph.time.slider")}
        aria-valuetext={shownTime ? formatTime(shownTime) : t("graph.time.now")}
        disabled={moments.length === 0}
        id={id}
        max={moments.length}
        min={0}
        onChange={({ target }) => setPosition(Number(target.value))}
        onKeyUp={() => position !== null && pick(position)}
        onPointerUp={() => position !== null && pick(position)}
        style={{ width: "7rem", accentColor: "var(--chakra-colors-brand-solid)" }}
        type="range"
        value={current}
      />
      {shownTime ? (
        <Input
          aria-label={t("graph.time.exact")}
          onBlur={commit}
          onChange={({ target }) => setTyped(target.value)}
          onKeyDown={({ key }) => key === "Enter" && commit()}
          size="xs"
          step={1}
          type="datetime-local"
          value={typed ?? wallOf(shownTime)}
          width="12.5rem"
        />
      ) : (
        <Text fontSize="xs">{t("graph.time.now")}</Text>
      )}
      {asOf ? (
        <Button onClick={() => onChange({ asOf: null })} size="2xs" variant="outline">
          {t("graph.time.back")}
        </Button>
      ) : null}
    </HStack>
  );
};
