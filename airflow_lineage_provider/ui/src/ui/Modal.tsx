import { CloseButton, Dialog, Portal } from "@chakra-ui/react";
import type { ReactNode } from "react";

import { t } from "../i18n/t";

type Props = {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
};

/** A dialog in the middle of the page; Escape closes it. */
export const Modal = ({ title, onClose, children, footer }: Props) => (
  <Dialog.Root onOpenChange={({ open }) => !open && onClose()} open placement="center" scrollBehavior="inside" size="lg">
    <Portal>
      <Dialog.Backdrop />
      <Dialog.Positioner>
        <Dialog.Content>
          <Dialog.Header>
            <Dialog.Title fontSize="md">{title}</Dialog.Title>
          </Dialog.Header>
          <Dialog.Body>{children}</Dialog.Body>
          {footer ? <Dialog.Footer>{footer}</Dialog.Footer> : null}
          <Dialog.CloseTrigger asChild>
            <CloseButton aria-label={t("app.close")} size="sm" />
          </Dialog.CloseTrigger>
        </Dialog.Content>
      </Dialog.Positioner>
    </Portal>
  </Dialog.Root>
);
