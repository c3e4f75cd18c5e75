import { Button, Field, Input, Text } from "@chakra-ui/react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { client, unwrap } from "../../api/client";
import type { Schema } from "../../api/types";
import { t } from "../../i18n/t";
import { Modal } from "../../ui/Modal";
import { Refusal } from "../../ui/Refusal";

/** Take an owner out of the register, at once or with a last day. */
export const EndOwner = ({ owner }: { readonly owner: Schema<"RegisteredOwnerOut"> }) => {
  const [isOpen, setOpen] = useState(false);
  const [until, setUntil] = useState("");
  const queries = useQueryClient();
  const { namespace, name, is_glob, owner: who } = owner;
  const ending = useMutation({
    mutationFn: () =>
      unwrap(
        client.DELETE("/api/v2/owners", {
          params: { query: { namespace, name, is_glob, owner: who, ...(until ? { until } : {}) } },
        }),
      ),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["owners"] });
      setOpen(false);
    },
  });
  return (
    <>
      <Button aria-label={t("governance.owners.endOf", { owner: who, name })} onClick={() => setOpen(true)} size="xs" variant="outline">
        {t("governance.owners.end")}
      </Button>
      {isOpen ? (
        <Modal
          footer={
            <>
              <Button onClick={() => setOpen(false)} variant="outline">
                {t("governance.cancel")}
              </Button>
              <Button colorPalette="red" loading={ending.isPending} onClick={() => ending.mutate()}>
                {t("governance.owners.end")}
              </Button>
            </>
          }
          onClose={() => setOpen(false)}
          title={t("governance.owners.endTitle", { owner: who })}
        >
          <Text mb={3} overflowWrap="anywhere">
            {t("governance.owners.endText", { owner: who, name, namespace })}
          </Text>
          <Field.Root width="11rem">
            <Field.Label color="fg.muted" fontSize="xs">
              {t("governance.owners.lastDay")}
            </Field.Label>
            <Input onChange={(event) => setUntil(event.target.value)} size="sm" type="date" value={until} />
          </Field.Root>
          <Refusal error={ending.error} />
        </Modal>
      ) : null}
    </>
  );
};
