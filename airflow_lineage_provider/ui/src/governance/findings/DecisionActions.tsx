import { Button, Flex, Text } from "@chakra-ui/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { t } from "../../i18n/t";
import { Refusal } from "../../ui/Refusal";
import { toaster } from "../../ui/toaster";
import { useMe } from "../../ui/useMe";

type Props = {
  readonly state: string;
  readonly author: string;
  /** What it is called, for who hears the buttons. */
  readonly name: string;
  readonly queryKey: string;
  readonly decide: (what: "approve" | "revoke") => Promise<unknown>;
};

/** Approve what others asked for, and revoke. What the server refuses it says why. */
export const DecisionActions = ({ state, author, name, queryKey, decide }: Props) => {
  const me = useMe();
  const queries = useQueryClient();
  const deciding = useMutation({
    mutationFn: decide,
    onSuccess: (_, what) => {
      toaster.create({ type: "success", title: t(`governance.decisions.${what}d`, { name }) });
      void queries.invalidateQueries({ queryKey: [queryKey] });
      void queries.invalidateQueries({ queryKey: ["findings"] });
    },
  });
  if (state !== "pending" && state !== "active") return null;
  if (me && !me.may_govern)
    return (
      <Text color="fg.muted" fontSize="xs">
        {t("governance.decisions.notYou")}
      </Text>
    );
  const isOwn = me !== undefined && me.name === author;
  return (
    <>
      <Flex gap={2} wrap="wrap">
        {state === "pending" ? (
          <Button
            aria-label={t("governance.decisions.approveName", { name })}
            disabled={isOwn}
            loading={deciding.isPending && deciding.variables === "approve"}
            onClick={() => deciding.mutate("approve")}
            size="xs"
            title={isOwn ? t("governance.decisions.own") : undefined}
          >
            {t("governance.decisions.approve")}
          </Button>
        ) : null}
        <Button
          aria-label={t("governance.decisions.revokeName", { name })}
          loading={deciding.isPending && deciding.variables === "revoke"}
          onClick={() => deciding.mutate("revoke")}
          size="xs"
          variant="outline"
        >
          {t("governance.decisions.revoke")}
        </Button>
      </Flex>
      {isOwn && state === "pending" ? (
        <Text color="fg.muted" fontSize="xs" mt={1}>
          {t("governance.decisions.own")}
        </Text>
      ) : null}
      <Refusal error={deciding.error} />
    </>
  );
};
