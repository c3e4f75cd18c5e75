import { Button, Field, Input, Stack, Textarea } from "@chakra-ui/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { client, unwrap } from "../../api/client";
import { t } from "../../i18n/t";
import { Modal } from "../../ui/Modal";
import { Refusal } from "../../ui/Refusal";
import { toaster } from "../../ui/toaster";
import { daysUntil, inDays } from "./waiverForm";

const USUAL_DAYS = 3;

/** Ask for a break-glass grant. Somebody else approves it. */
export const GrantDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const now = new Date();
  const [form, setForm] = useState({
    name: "",
    dagId: "",
    reason: "",
    ticket: "",
    expires: inDays(USUAL_DAYS, now),
    most: "",
  });
  const queries = useQueryClient();
  const days = daysUntil(form.expires, now) ?? 0;
  const asking = useMutation({
    mutationFn: () =>
      unwrap(
        client.POST("/api/v2/grants", {
          body: {
            name: form.name.trim(),
            dag_id: form.dagId.trim(),
            reason: form.reason.trim(),
            days,
            ...(form.ticket.trim() ? { ticket: form.ticket.trim() } : {}),
            ...(form.most ? { most_uses: Number(form.most) } : {}),
          },
        }),
      ),
    onSuccess: () => {
      toaster.create({ type: "success", title: t("governance.grants.done"), description: t("governance.waive.doneHint") });
      void queries.invalidateQueries({ queryKey: ["grants"] });
      onClose();
    },
  });
  const isWhole = [form.name, form.dagId, form.reason].every((text) => text.trim() !== "") && days > 0;
  const text = (name: keyof typeof form, type = "text", isRequired = false) => (
    <Field.Root required={isRequired}>
      <Field.Label>
        {t(`governance.grants.fields.${name}`)} <Field.RequiredIndicator />
      </Field.Label>
      <Input
        onChange={(event) => setForm((before) => ({ ...before, [name]: event.target.value }))}
        type={type}
        value={form[name]}
      />
    </Field.Root>
  );
  return (
    <Modal
      footer={
        <>
          <Button onClick={onClose} variant="outline">
            {t("governance.cancel")}
          </Button>
          <Button colorPalette="brand" disabled={!isWhole} loading={asking.isPending} onClick={() => asking.mutate()}>
            {t("governance.grants.ask")}
          </Button>
        </>
      }
      onClose={onClose}
      title={t("governance.grants.ask")}
    >
      <Stack gap={4}>
        {text("name", "text", true)}
        {text("dagId", "text", true)}
        <Field.Root required>
          <Field.Label>
            {t("governance.waive.reason")} <Field.RequiredIndicator />
          </Field.Label>
          <Textarea
            onChange={(event) => setForm((before) => ({ ...before, reason: event.target.value }))}
            rows={3}
            value={form.reason}
          />
        </Field.Root>
        {text("ticket")}
        {text("expires", "date", true)}
        {text("most", "number")}
      </Stack>
      <Refusal error={asking.error} />
    </Modal>
  );
};
