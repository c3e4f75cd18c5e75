import { Button, Checkbox, Field, Flex, Input, Stack } from "@chakra-ui/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { client, unwrap } from "../../api/client";
import { t } from "../../i18n/t";
import { Choice } from "../../ui/Choice";
import { Modal } from "../../ui/Modal";
import { Refusal } from "../../ui/Refusal";
import { toaster } from "../../ui/toaster";
import { emptyForm, type OwnerForm, problemsOf, requestOf } from "./ownerForm";

type Props = {
  /** The dataset; without it one is asked for. */
  readonly about?: { readonly namespace: string; readonly name: string };
  readonly onClose: () => void;
};

type TextField = "namespace" | "name" | "owner" | "channel" | "contact" | "from" | "until";

/** Say who owns a dataset, or all that match a pattern: from when, until when, and where they are told. */
export const SetOwnerDialog = ({ about, onClose }: Props) => {
  const [form, setForm] = useState<OwnerForm>(emptyForm(about));
  const [isSent, setSent] = useState(false);
  const problems = problemsOf(form);
  const queries = useQueryClient();
  const setting = useMutation({
    mutationFn: () => unwrap(client.PUT("/api/v2/owners", { body: requestOf(form) })),
    onSuccess: ({ owner, ended }) => {
      toaster.create({
        type: "success",
        title: t("governance.owners.done", { owner }),
        description: ended.length > 0 ? t("governance.owners.ended", { names: ended.join(", ") }) : undefined,
      });
      void queries.invalidateQueries({ queryKey: ["owners"] });
      onClose();
    },
  });
  const send = () => {
    setSent(true);
    if (problems.length === 0) setting.mutate();
  };
  const change = (part: Partial<OwnerForm>) => setForm((before) => ({ ...before, ...part }));
  const text = (name: TextField, { type = "text", isRequired = false, isWrong = false } = {}) => (
    <Field.Root invalid={isSent && isWrong} required={isRequired}>
      <Field.Label>
        {t(`governance.owners.fields.${name}`)} <Field.RequiredIndicator />
      </Field.Label>
      <Input onChange={(event) => change({ [name]: event.target.value })} type={type} value={form[name]} />
      <Field.ErrorText>{t(`governance.owners.problems.${isWrong && type === "date" ? "days" : "empty"}`)}</Field.ErrorText>
    </Field.Root>
  );
  return (
    <Modal
      footer={
        <>
          <Button onClick={onClose} variant="outline">
            {t("governance.cancel")}
          </Button>
          <Button colorPalette="brand" loading={setting.isPending} onClick={send}>
            {t("governance.owners.set")}
          </Button>
        </>
      }
      onClose={onClose}
      title={t("governance.owners.set")}
    >
      <Stack gap={4}>
        {text("namespace", { isRequired: true, isWrong: form.namespace.trim() === "" })}
        {text("name", { isRequired: true, isWrong: form.name.trim() === "" })}
        <Tick checked={form.isGlob} label={t("governance.owners.fields.isGlob")} onChange={(isGlob) => change({ isGlob })} />
        <Flex align="flex-start" gap={3}>
          {text("owner", { isRequired: true, isWrong: problems.includes("owner") })}
          <Choice
            label={t("governance.owners.fields.kind")}
            onChange={(kind) => change({ kind })}
            options={[
              { value: "", label: t("governance.owners.kinds.none") },
              { value: "user", label: t("governance.owners.kinds.user") },
              { value: "team", label: t("governance.owners.kinds.team") },
            ]}
            value={form.kind}
          />
        </Flex>
        <Flex gap={3}>
          {text("channel")}
          {text("contact")}
        </Flex>
        <Flex align="flex-start" gap={3}>
          {text("from", { type: "date" })}
          {text("until", { type: "date", isWrong: problems.includes("days") })}
        </Flex>
        <Tick checked={form.replaces} label={t("governance.owners.fields.replaces")} onChange={(replaces) => change({ replaces })} />
      </Stack>
      <Refusal error={setting.error} />
    </Modal>
  );
};

type TickProps = { readonly label: string; readonly checked: boolean; readonly onChange: (checked: boolean) => void };

const Tick = ({ label, checked, onChange }: TickProps) => (
  <Checkbox.Root checked={checked} onCheckedChange={(change) => onChange(change.checked === true)} size="sm">
    <Checkbox.HiddenInput />
    <Checkbox.Control />
    <Checkbox.Label>{label}</Checkbox.Label>
  </Checkbox.Root>
);
