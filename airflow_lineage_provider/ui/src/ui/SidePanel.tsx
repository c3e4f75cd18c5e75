import { CloseButton, Drawer, Portal } from "@chakra-ui/react";
import type { ReactNode } from "react";

import { t } from "../i18n/t";

type Props = { readonly title: ReactNode; readonly onClose: () => void; readonly children: ReactNode };

/** Details beside the list they belong to; Escape closes them. */
export const SidePanel = ({ title, onClose, children }: Props) => (
  <Drawer.Root onOpenChange={({ open }) => !open && onClose()} open size="lg">
    <Portal>
      <Drawer.Backdrop />
      <Drawer.Positioner>
        <Drawer.Content>
          <Drawer.Header borderBottomWidth="1px" pr={12}>
            <Drawer.Title fontSize="md">{title}</Drawer.Title>
          </Drawer.Header>
          <Drawer.Body pt={4}>{children}</Drawer.Body>
          <Drawer.CloseTrigger asChild>
            <CloseButton aria-label={t("app.close")} size="sm" />
          </Drawer.CloseTrigger>
        </Drawer.Content>
      </Drawer.Positioner>
    </Portal>
  </Drawer.Root>
);
