import { type CreateToasterReturn, Portal, Stack, Toast, Toaster } from "@chakra-ui/react";

import { toaster } from "./toaster";

type Shown = ReturnType<CreateToasterReturn["getVisibleToasts"]>[number];

/** Where messages of `toaster` appear. */
export const Toasts = () => (
  <Portal>
    <Toaster toaster={toaster} insetInline={4}>
      {(toast: Shown) => (
        <Toast.Root width={{ md: "sm" }}>
          <Toast.Indicator />
          <Stack flex="1" gap={1} maxWidth="100%">
            {toast.title ? <Toast.Title>{toast.title}</Toast.Title> : null}
            {toast.description ? <Toast.Description>{toast.description}</Toast.Description> : null}
          </Stack>
          <Toast.CloseTrigger />
        </Toast.Root>
      )}
    </Toaster>
  </Portal>
);
