import { Button, Field, Input, Stack, Text, Textarea } from "@chakra-ui/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { client, unwrap } from "../../api/client";
import { t } from "../../i18n/t";
import { Modal } from "../../ui/Modal";
import { Refusal } from "../../ui/Refusal";
import { toaster } from "../../ui/toaster";
import { useMe } from "../../ui/useMe";
import { inDays, problemsOf, requestOf, type Waivable, type WaiverForm } from "./waiverForm";

type Props = {
  readonly about: Waivable;
  /** DAG that was judged: the waiver may be for it alone. */
  readonly asker?: string;
  readonly onClose: () => void;
};

const USUAL_DAYS = 14;

/** Ask that a finding is let pass for a while: why, until when. Somebody else approves it. */
export const WaiveDialog = ({ about, asker = "", onClose }: Props) => {
  const longest = useMe()?.waiver_longest_days ?? null;
  const now = new Date();
  const days = longest === null ? USUAL_DAYS : Math.min(USUAL_DAYS, longest);
  const [form, setForm] = useState<WaiverForm>({ reason: "", ticket: "", expires: inDays(days, now), onlyDag: asker });
  const [isSent, setSent] = useState(false);
  const problems = problemsOf(form, longest, now);
  const change = (part: Partial<WaiverForm>) => setForm((before) => ({ ...before, ...part }));
  const queries = useQueryClient();
  const asking = useMutation({
    mutationFn: () => unwrap(client.POST("/api/v2/waivers", { body: requestOf(about, form, now) })),
    onSuccess: () => {
      toaster.create({ type: "success", title: t("governance.waive.done"), description: t("governance.waive.doneHint") });
      void queries.invalidateQueries({ queryKey: ["waivers"] });
      onClose();
    },
  });
  const send = () => {
    setSent(true);
    if (problems.length === 0) asking.mutate();
  };
  const isWrongDay = isSent && problems.some((problem) => problem !== "reason");
  const wrongDay = problems.find((problem) => problem !== "reason");
  return (
    <Modal
      footer={
        <>
          <Button onClick={onClose} variant="outline">
            {t("governance.cancel")}
          </Button>
          <Button colorPalette="brand" loading={asking.isPending} onClick={send}>
            {t("governance.waive.ask")}
          </Button>
        </>
      }
      onClose={onClose}
      title={t("governance.waive.dialog", { rule: about.rule })}
    >
      <Stack gap={4}>
        <Text overflowWrap="anywhere">
          {[about.name, about.namespace, about.dag_id, about.subject].filter(Boolean).join(" · ")}
        </Text>
        <Field.Root invalid={isSent && problems.includes("reason")} required>
          <Field.Label>
            {t("governance.waive.reason")} <Field.RequiredIndicator />
          </Field.Label>
          <Textarea onChange={(event) => change({ reason: event.target.value })} rows={3} value={form.reason} />
          <Field.HelperText>{t("governance.waive.reasonHint")}</Field.HelperText>
          <Field.ErrorText>{t("governance.waive.problems.reason")}</Field.ErrorText>
        </Field.Root>
        <Field.Root>
          <Field.Label>{t("governance.waive.ticket")}</Field.Label>
          <Input onChange={(event) => change({ ticket: event.target.value })} value={form.ticket} />
        </Field.Root>
        <Field.Root invalid={isWrongDay} required>
          <Field.Label>
            {t("governance.waive.expires")} <Field.RequiredIndicator />
          </Field.Label>
          <Input
            max={longest === null ? undefined : inDays(longest, now)}
            min={inDays(1, now)}
            onChange={(event) => change({ expires: event.target.value })}
            type="date"
            value={form.expires}
            width="12rem"
          />
          {longest === null ? null : (
            <Field.HelperText>{t("governance.waive.longest", { count: longest })}</Field.HelperText>
          )}
          {wrongDay ? (
            <Field.ErrorText>{t(`governance.waive.problems.${wrongDay}`, { days: longest ?? 0 })}</Field.ErrorText>
          ) : null}
        </Field.Root>
        {about.dag_id ? null : (
          <Field.Root>
            <Field.Label>{t("governance.waive.onlyDag")}</Field.Label>
            <Input onChange={(event) => change({ onlyDag: event.target.value })} value={form.onlyDag} />
            <Field.HelperText>{t("governance.waive.onlyDagHint")}</Field.HelperText>
          </Field.Root>
        )}
      </Stack>
      <Refusal error={asking.error} />
    </Modal>
  );
};
